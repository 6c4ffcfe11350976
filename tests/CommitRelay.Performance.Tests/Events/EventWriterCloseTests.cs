using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>Closing while the file fails, while others wait, and while others write.</summary>
public sealed class EventWriterCloseTests : FaultyWriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Dispose_InThePauseAfterAFault_WritesAtOnce(int writers)
    {
        var all = Enumerable.Range(0, writers).Select(_ => Open()).ToList();
        Plan.OnWrite = static _ => 0;
        all[0].WriteLine("1"u8);
        var waiting = all[0].FlushAsync().AsTask();
        await Until.True(() => !all[0].Health.IsWriting);
        Plan.OnWrite = static length => length;

        // The clock stands still, so the pause after the fault has no end of its own.
        foreach (var writer in all)
            await writer.DisposeAsync().AsTask().WaitAsync(Guard);
        await waiting.WaitAsync(Guard);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task Dispose_WhenOnlyAnFsyncHangs_SaysNothingIsLost()
    {
        using var disk = new ManualResetEventSlim();
        var writer = Open();
        Plan.OnSync = () => disk.Wait(Guard);
        using var impatient = new CancellationTokenSource();
        var durable = writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable, impatient.Token).AsTask();
        await Until.True(() => writer.Statistics.Written == 1);
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        Assert.True(closing.IsCompletedSuccessfully);
        disk.Set();
        await durable.WaitAsync(Guard);
    }

    [Fact]
    public async Task Dispose_OfTheLastWriter_EndsEveryWait()
    {
        var writer = Open(new() { BufferBytes = 65_536, FlushBytes = 1000 });
        Plan.OnWrite = static _ => 0;
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'1');
        while (writer.TryWriteLine(line))
        {
        }

        var events = writer.Statistics.Accepted;
        var blocked = Task.Run(() => writer.WriteLine(line));
        var waiting = writer.WriteLineAsync(line, Durability.Flushed).AsTask();
        var flushing = writer.FlushAsync().AsTask();
        var trimming = writer.TrimAsync(1).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        var closing = writer.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => blocked.WaitAsync(Guard));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Guard));
        await Until.True(() => Advance() && closing.IsCompleted);
        Assert.Equal(events, (await Assert.ThrowsAsync<EventWriterException>(() => closing)).UnwrittenEvents);
        Assert.Equal(EventWriterFailure.Abandoned, (await Assert.ThrowsAsync<EventWriterException>(() => flushing.WaitAsync(Guard))).Failure);
        Assert.Equal(EventWriterFailure.Abandoned, (await Assert.ThrowsAsync<EventWriterException>(() => trimming.WaitAsync(Guard))).Failure);

        // The memory outlived the writer, so the next one writes what it could not.
        Plan.OnWrite = static length => length;
        await using (Open())
            await Until.True(() => File.ReadLines(Log).Count() == events);
    }

    [Fact]
    public async Task Trim_AskedForWhileABatchIsOnItsWay_WaitsForTheLinesBeforeIt()
    {
        using var disk = new ManualResetEventSlim();
        await using var writer = Open();
        var begun = false;
        Plan.OnWrite = length =>
        {
            begun = true;
            disk.Wait(Guard);
            return length;
        };
        writer.WriteLine("1"u8);
        var flushing = writer.FlushAsync().AsTask();
        await Until.True(() => Volatile.Read(ref begun));
        writer.WriteLine("2"u8);
        var trimming = writer.TrimAsync(1).AsTask();
        disk.Set();
        await flushing.WaitAsync(Guard);
        Assert.Equal(2, await trimming.WaitAsync(Guard));
        Assert.Equal("2\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task Dispose_OfTwoWritersAtOnce_WritesTheEventsOfBoth()
    {
        for (var round = 0; round < 100; round++)
        {
            File.Delete(Log);
            await Task.WhenAll(Enumerable.Range(0, 2).Select(n => Task.Run(async () =>
            {
                await using var writer = new EventWriter(Log);
                writer.WriteLine(Encoding.UTF8.GetBytes($"{n}"));
            }))).WaitAsync(Guard);
            Assert.Equal(["0", "1"], File.ReadLines(Log).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Dispose_WhileOthersOpenWriteRollAndTrim_KeepsEveryAcknowledgedEventOnce()
    {
        const int tasks = 6, each = 60;
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(task => Task.Run(async () =>
        {
            for (var n = 0; n < each; n++)
            {
                await using var writer = new EventWriter(Log);
                await writer.WriteLineAsync(Encoding.UTF8.GetBytes($"{{\"number\":{(task * each) + n}}}"), (Durability)(n % 3));
                if (n % 10 == task)
                    await writer.RollAsync();
                if (n % 10 == 9 - task)
                    await writer.TrimAsync(10_000);
            }
        }))).WaitAsync(Guard);
        var numbers = new List<string>();
        await foreach (var text in new EventReader(Log, new() { IncludeArchives = true, OnDamaged = d => Assert.Fail($"{d}") }).ReadRawAsync())
            numbers.Add(Encoding.UTF8.GetString(text.Json.Span));
        Assert.Equal(Enumerable.Range(0, tasks * each).Select(n => $"{{\"number\":{n}}}").Order(StringComparer.Ordinal), numbers.Order(StringComparer.Ordinal));
    }

    [LinuxFact]
    public async Task Dispose_WhenTheStagingFolderWasRemoved_StillWritesWhatIsLeft()
    {
        var staging = Folder["staging"];
        await using (var writer = new EventWriter(Log, new() { StagingFolder = staging }))
        {
            Assert.Equal(EventStaging.Mapped, writer.Health.Staging);
            writer.WriteLine("1"u8);
            Directory.Delete(staging, recursive: true);
        }

        Assert.Equal("1\n", File.ReadAllText(Log));
    }
}
