using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>What is left when processes are killed at any moment, or end in one of the other ways.</summary>
public sealed class EventKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Log => _folder["events.jsonl"];

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData(Durability.Buffered)]
    [InlineData(Durability.Flushed)]
    [InlineData(Durability.Durable)]
    public async Task Kill_AtAnyMoment_LosesNothingAcknowledgedAndRepeatsNothing(Durability level)
    {
        var random = new Random(42);
        var events = new NumberedEvents(Log);
        for (var round = 0; round < 5 + (Repository.Soak / 6); round++)
        {
            // Two at once, so that the survivor is a living peer of the dead for a while.
            var children = new[] { events.Start(level, producers: 2, rollBytes: 500_000), events.Start(level, producers: 2, rollBytes: 500_000) };
            foreach (var child in children)
                await events.KillAfterAsync(child, random.Next(1, level == Durability.Buffered ? 10_000 : 1_000));
            await using var next = new EventWriter(Log, new() { Roll = new() { AtBytes = 500_000 } });
        }

        Assert.True(events.Check() > 0);
    }

    [LinuxFact]
    public async Task Kill_WhileAPeerLives_IsRecoveredByThePeer()
    {
        var events = new NumberedEvents(Log);
        var time = new FakeTimeProvider();
        await using var peer = new EventWriter(Log, timeProvider: time);
        await events.KillAfterAsync(events.Start(Durability.Buffered), 2_000);
        await Until.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return !StagingFolder.Find(Log, null).Any(path => path != peer.Health.StagingReason);
        });
        await peer.FlushAsync();
        events.Check();
    }

    [LinuxTheory]
    [InlineData("exit", 0)]
    [InlineData("return", 0)]
    [InlineData("throw", 134)]
    public async Task Exit_WithoutDisposal_WritesWhatIsLeft(string end, int code)
    {
        var events = new NumberedEvents(Log);
        var child = events.Start(Durability.Buffered, events: 500, end: end);
        await child.Ended;
        Assert.Equal(code, child.Process.ExitCode);
        Assert.Equal(500, events.Check());
    }

    /// <summary>The signals that a child of this process hears: what nohup or a background job made it ignore, a child ignores too.</summary>
    public static TheoryData<string> HeardSignals()
    {
        var ignored = !File.Exists("/proc/self/status") ? 0 : File.ReadLines("/proc/self/status")
            .Where(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            .Select(static line => ulong.Parse(line["SigIgn:".Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).Single();
        return [.. new[] { ("TERM", 15), ("HUP", 1), ("INT", 2) }.Where(signal => (ignored >> (signal.Item2 - 1) & 1) == 0).Select(signal => signal.Item1)];
    }

    [LinuxTheory]
    [MemberData(nameof(HeardSignals))]
    public async Task Signal_WithoutDisposal_WritesWhatIsLeft(string signal)
    {
        var events = new NumberedEvents(Log);
        var child = events.Start(Durability.Buffered, events: 500, end: "wait");
        await Until.True(() => child.IsWaiting);
        using (var kill = Process.Start("kill", [$"-{signal}", $"{child.Process.Id}"]))
            await kill.WaitForExitAsync();
        await child.Ended;
        Assert.Equal(500, events.Check());
    }

    [LinuxFact]
    public async Task FourProcesses_RollingWhileAShellAppends_LoseNothingAndTearNothing()
    {
        var events = new NumberedEvents(Log);
        var children = Enumerable.Range(0, 4).Select(_ => events.Start(Durability.Buffered, producers: 4, events: 5_000, rollBytes: 300_000)).ToList();
        const string loop = """i=0; while [ $i -lt 2000 ]; do echo "{\"type\":\"shell\",\"producer\":0,\"number\":$i,\"text\":\"\"}" >> "$1"; i=$((i+1)); done""";
        using var shell = Process.Start("sh", ["-c", loop, "sh", Log]);
        foreach (var child in children)
            Assert.Equal("", await child.Ended);
        await shell.WaitForExitAsync();
        Assert.Equal(4 * 4 * 5_000, events.Check());
        var lines = events.AllLines().ToList();
        Assert.Equal(2_000, lines.Count(line => line.Contains("\"shell\"", StringComparison.Ordinal)));
        Assert.True(EventArchives.Find(Log, null).Count > 3);
    }
}
