using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventRollTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Log => _folder["events.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Roll_BySize_NeverLeavesALargerFileAndKeepsTheOrder()
    {
        await using (var writer = new EventWriter(Log, new() { Roll = new() { AtBytes = 1000 } }))
        {
            for (var n = 0; n < 200; n++)
                await writer.WriteLineAsync(Line(n), Durability.Flushed);
            Assert.Equal(2, writer.Statistics.Rolls);
        }

        Assert.All(Directory.GetFiles(_folder.Path, "*.jsonl"), file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        Assert.Equal(Enumerable.Range(0, 200), await NumbersAsync());
    }

    [Fact]
    public async Task Roll_ByDayAndAge_IsDecidedFromTheFileAndTheClock()
    {
        File.WriteAllText(Log, "{\"number\":0}\n");
        var time = new FakeTimeProvider(new FileInfo(Log).LastWriteTimeUtc);
        await using (var daily = new EventWriter(Log, new() { Roll = new() { Daily = true } }, time))
        {
            await daily.WriteLineAsync(Line(1), Durability.Flushed);
            Assert.Equal(0, daily.Statistics.Rolls);
            time.Advance(TimeSpan.FromDays(1));
            await daily.WriteLineAsync(Line(2), Durability.Flushed);
            Assert.Equal(1, daily.Statistics.Rolls);
        }

        File.SetLastWriteTimeUtc(Log, time.GetUtcNow().UtcDateTime);
        await using (var aged = new EventWriter(Log, new() { Roll = new() { AtAge = TimeSpan.FromDays(3) } }, time))
        {
            await aged.WriteLineAsync(Line(3), Durability.Flushed);
            Assert.Equal(0, aged.Statistics.Rolls);
            time.Advance(TimeSpan.FromDays(3));
            await aged.WriteLineAsync(Line(4), Durability.Flushed);
            Assert.Equal(1, aged.Statistics.Rolls);
        }

        Assert.Equal(Enumerable.Range(0, 5), await NumbersAsync());
    }

    [Fact]
    public async Task Roll_WhenTheClockStepsBack_StillNamesInTheOrderOfTheEvents()
    {
        var later = new DateTime(2999, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.WriteAllText(EventArchives.NameOf(Log, _folder.Path, later), "{\"number\":0}\n");
        await using (var writer = new EventWriter(Log, new() { Roll = new() { AtBytes = 1 } }))
        {
            for (var n = 1; n < 4; n++)
                await writer.WriteLineAsync(Line(n), Durability.Durable);
        }

        Assert.Equal([0, 1, 2, 3], await NumbersAsync());
    }

    [Fact]
    public async Task Archives_AreCompressedAndTheSurplusDeleted()
    {
        _folder.Write("events.jsonl.old", "{\"number\":-1}\n");
        File.SetLastWriteTimeUtc(_folder["events.jsonl.old"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _folder.Write("events.20200102T0000000000000Z.jsonl.gz.tmp", "half");
        _folder.Write("other.jsonl.old", "stays");
        await using (var writer = new EventWriter(Log, new() { Roll = new() { AtBytes = 100, Compress = true, KeepCount = 3, ArchiveFolder = "rolled" } }))
        {
            for (var n = 0; n < 60; n++)
                await writer.WriteLineAsync(Line(n), Durability.Flushed);
            await Until.True(() => Files("rolled").All(name => name.EndsWith(".jsonl.gz", StringComparison.Ordinal)) && Files("rolled").Length == 3);
        }

        Assert.Equal(["events.jsonl", "events.jsonl.lock", "other.jsonl.old"], Files("."));
        var numbers = await NumbersAsync(_folder["rolled"]);
        Assert.Equal(Enumerable.Range(60 - numbers.Count, numbers.Count), numbers);
    }

    [Fact]
    public async Task Archives_OfACrashInTheMiddle_AreFinishedByTheNextStart()
    {
        var part = EventArchives.NameOf(Log, _folder.Path, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.WriteAllText(part, "{\"number\":0}\n");
        File.WriteAllText(part + ".gz", "renamed, but the part was not deleted yet");
        File.WriteAllText(part + ".gz.tmp", "half");
        await using (var writer = new EventWriter(Log, new() { Roll = new() { Compress = true } }))
        {
            writer.WriteLine(Line(1));
            await Until.True(() => !File.Exists(part));
        }

        Assert.False(File.Exists(part + ".gz.tmp"));
        Assert.Equal([0, 1], await NumbersAsync());
    }

    [Fact]
    public async Task Trim_KeepsTheLastEventsAndWritingGoesOn()
    {
        await using var writer = new EventWriter(Log);
        for (var n = 0; n < 1000; n++)
            writer.WriteLine(Line(n));
        Assert.Equal(0, await writer.TrimAsync(5000));
        Assert.True(await writer.TrimAsync(10) > 0);
        writer.WriteLine(Line(1000));
        await writer.FlushAsync(Durability.Durable);
        Assert.Equal(Enumerable.Range(990, 11), await NumbersAsync());
        await writer.TrimAsync(0);
        Assert.Equal(0, new FileInfo(Log).Length);
    }

    [UnixFact]
    public async Task Trim_KeepsTheModeAndClearsWhatAKilledOneLeft()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        await using var writer = new EventWriter(Log);
        for (var n = 0; n < 20; n++)
            writer.WriteLine(Line(n));
        await writer.FlushAsync(Durability.Flushed);
        File.SetUnixFileMode(Log, mode);
        var left = $"{Log}.{int.MaxValue}-0.tmp";
        File.WriteAllText(left, "half");
        await writer.TrimAsync(10);
        Assert.Equal(Enumerable.Range(10, 10), await NumbersAsync());
        Assert.Equal(mode, File.GetUnixFileMode(Log));
        Assert.False(File.Exists(left));
    }

    private string[] Files(string folder) => [.. Directory.GetFiles(_folder[folder]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static byte[] Line(int n) => Encoding.UTF8.GetBytes($"{{\"number\":{n}}}");

    private async Task<List<int>> NumbersAsync(string? archives = null)
    {
        var numbers = new List<int>();
        await foreach (var text in new EventReader(Log, new() { IncludeArchives = true, ArchiveFolder = archives }).ReadRawAsync())
            numbers.Add(System.Text.Json.JsonDocument.Parse(text.Json).RootElement.GetProperty("number").GetInt32());
        return numbers;
    }
}
