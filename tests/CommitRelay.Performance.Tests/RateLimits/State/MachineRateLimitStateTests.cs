using System.Globalization;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.RateLimits.State;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.RateLimits.State;

/// <summary>What the shared file adds to the contract: faults, reboots, kills.</summary>
public sealed class MachineRateLimitStateTests : IDisposable
{
    private const int StateOffset = 128;
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string FilePath => PaceFile.PathOf(_folder.Path, "scope");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task State_OutlivesItsProcesses()
    {
        using (var first = Open())
            await TakeAsync(first, 4);
        using var next = Open();
        Assert.Equal(0.1, (await next.ReserveAsync(default)).Wait.TotalSeconds, 0.001);
        Assert.Null(next.ResetReason);
    }

    [LinuxFact]
    public void File_IsPrivateAndTellsNoScope()
    {
        using var state = Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.All(Directory.GetFiles(_folder.Path), path => Assert.DoesNotContain("scope", Path.GetFileName(path)));
    }

    [LinuxTheory]
    [InlineData("empty", "its length was 0")]
    [InlineData("cut", "its length was 100")]
    [InlineData("foreign", "its header was foreign")]
    [InlineData("zeros", "its header was foreign")]
    [InlineData("noise", "its header was foreign")]
    public async Task UnusableFile_IsBegunAnewAndSaidSo(string fault, string reason)
    {
        using (var first = Open())
            await TakeAsync(first, 4);
        var bytes = File.ReadAllBytes(FilePath);
        switch (fault)
        {
            case "empty":
                bytes = [];
                break;
            case "cut":
                bytes = bytes[..100];
                break;
            case "foreign":
                bytes[0] ^= 1;
                break;
            case "zeros":
                Array.Clear(bytes);
                break;
            case "noise":
                new Random(1).NextBytes(bytes);
                break;
        }

        File.WriteAllBytes(FilePath, bytes);
        using var state = Open();
        Assert.Equal(reason, state.ResetReason);
        await TakeAsync(state, 4);
        using var later = Open();
        Assert.Null(later.ResetReason);
        Assert.Equal(0.1, (await later.ReserveAsync(default)).Wait.TotalSeconds, 0.001);
    }

    [LinuxFact]
    public async Task DamageUnderLivingProcesses_IsRepairedByTheFirstAndSeenByNobodyElse()
    {
        using var one = Open();
        using var other = Open();
        await TakeAsync(one, 4);
        using (var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            RandomAccess.Write(file, Enumerable.Repeat((byte)0xA5, (int)PaceFile.Length - StateOffset).ToArray(), StateOffset);
        await TakeAsync(other, 1);
        Assert.Equal("it was damaged", other.ResetReason);
        await TakeAsync(one, 3);
        Assert.Null(one.ResetReason);
        Assert.NotEqual(TimeSpan.Zero, (await other.ReserveAsync(default)).Wait);
    }

    [LinuxFact]
    public async Task PlaceInALostLine_BecomesAPlaceInTheNewOne()
    {
        using var state = Open();
        await TakeAsync(state, 4);
        RateLimitTicket place = default;
        for (var i = 0; i < 50; i++)
            place = await state.ReserveAsync(default);
        Assert.Equal(5, place.Wait.TotalSeconds, 0.001);
        _time.Advance(TimeSpan.FromSeconds(1));
        using (var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            RandomAccess.Write(file, new byte[8], 0);
        using var repairer = Open();
        Assert.Equal("its header was foreign", repairer.ResetReason);
        await TakeAsync(repairer, 1);
        Assert.Equal(TimeSpan.Zero, (await state.CheckAsync(place)).Wait);
    }

    [LinuxFact]
    public async Task AnyByteFlippedInTheState_NeverGivesAChangedState()
    {
        using var writer = Open();
        using var reader = Open();
        using var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await TakeAsync(writer, 4);
        var random = new Random(4711);
        for (var i = 0; i < 300; i++)
        {
            var before = await writer.ReserveAsync(default);
            var bytes = new byte[PaceFile.Length - StateOffset];
            RandomAccess.Read(file, bytes, StateOffset);
            for (var at = random.Next(64); at < bytes.Length; at += 64)
                bytes[at] ^= (byte)(1 << random.Next(8));
            RandomAccess.Write(file, bytes, StateOffset);

            // Either the flips met bytes behind the state, or the line is begun anew.
            var position = (await reader.ReserveAsync(default)).Positions[PaceState.Learned];
            Assert.Contains(position, new List<double> { before.Positions[PaceState.Learned] + 1, 1 });
        }
    }

    [LinuxFact]
    public async Task FileOfAnotherBoot_IsBegunAnewAndSaidSo()
    {
        var before = PaceFile.Header.OfThisBoot() with { Boot = Guid.NewGuid() };
        using (var old = new MachineRateLimitState(PaceFile.Open(_folder.Path, "scope", before), "scope", PaceSettings.Default, _time))
            await TakeAsync(old, 4);
        using var state = Open();
        Assert.Equal("it was of another boot", state.ResetReason);
        await TakeAsync(state, 4);
    }

    [LinuxFact]
    public void Sharers_BeyondTheLast_AreRefusedUntilOneGoes()
    {
        var open = Enumerable.Range(0, PaceFile.Sharers).Select(_ => Open()).ToList();
        Assert.Contains("share it already", Assert.Throws<IOException>(Open).Message);
        open[17].Dispose();
        open[17] = Open();
        open.ForEach(state => state.Dispose());
    }

    [LinuxFact]
    public void TryOpen_WithAClockOfItsOwn_SharesNothing()
        => Assert.Null(MachineRateLimitState.TryOpen("scope", PaceSettings.Default, _time));

    [LinuxFact]
    public async Task TryOpen_Twice_SharesThroughTheUsersFolder()
    {
        var scope = Guid.NewGuid().ToString();
        using var one = MachineRateLimitState.TryOpen(scope, PaceSettings.Default, TimeProvider.System);
        using var other = MachineRateLimitState.TryOpen(scope, PaceSettings.Default, TimeProvider.System);
        Assert.NotNull(one);
        Assert.NotNull(other);
        File.Delete(PaceFile.PathOf(Path.Combine(StagingFolder.Default!, "rate-limits"), scope));
        Assert.Equal(1, (await one.ReserveAsync(default)).Positions[PaceState.Learned]);
        Assert.Equal(2, (await other.ReserveAsync(default)).Positions[PaceState.Learned]);
    }

    [LinuxTheory]
    [InlineData(150, 100)]
    [InlineData(1e9, 60_000)]
    public async Task Processes_SomeKilled_NeverExceedTheRateNorShareAPlace(double rate, int each)
    {
        const int burst = 4;
        string[] names = ["a", "b", "c", "d", "e"];
        var children = names.Select(name => ChildProcess.Start("pace", _folder.Path, rate.ToString(CultureInfo.InvariantCulture), each.ToString(CultureInfo.InvariantCulture), _folder[name])).ToList();
        await Task.WhenAll(children.Select(child => child.StandardOutput.ReadLineAsync()));
        var random = new Random(4711);
        foreach (var victim in children[..2])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 150)), TimeProvider.System);
            victim.Kill();
        }

        await Task.WhenAll(children.Select(child => child.WaitForExitAsync()));
        Assert.All(children[2..], child => Assert.True(child.ExitCode == 0, child.StandardError.ReadToEnd()));
        children.ForEach(child => child.Dispose());
        var grants = names.SelectMany(name => Grants(_folder[name])).ToList();
        Assert.All(names[2..], name => Assert.Equal(each, Grants(_folder[name]).Count()));
        Assert.Equal(grants.Count, grants.Select(grant => grant.Position).Distinct().Count());

        // Beyond the burst, each process may hold one place that was due when it looked the other way.
        if (rate < 1000)
            Assert.InRange(MostBeyond(grants, rate), 0, burst + names.Length + 0.01);
    }

    /// <summary>The most grants that lie surely within any stretch of time, less what the rate allows in it.</summary>
    private static double MostBeyond(List<(double Position, double Before, double After)> grants, double rate)
    {
        var most = 0.0;
        var byEnd = grants.OrderBy(grant => grant.After).ToList();
        foreach (var from in grants.Select(grant => grant.Before))
        {
            var inside = 0;
            foreach (var grant in byEnd.Where(grant => grant.Before >= from))
                most = Math.Max(most, ++inside - (rate * (grant.After - from)));
        }

        return most;
    }

    /// <summary>The whole lines; a killed process may have left a part of one.</summary>
    private static IEnumerable<(double Position, double Before, double After)> Grants(string path)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .Select(numbers => (numbers[0], numbers[1], numbers[2]));
    }

    private static async Task TakeAsync(MachineRateLimitState state, int permits)
    {
        for (var i = 0; i < permits; i++)
            Assert.Equal(TimeSpan.Zero, (await state.ReserveAsync(default)).Wait);
    }

    private MachineRateLimitState Open() => new(PaceFile.Open(_folder.Path, "scope"), "scope", PaceSettings.Default, _time);
}
