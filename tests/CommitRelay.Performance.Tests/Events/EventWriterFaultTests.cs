using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventWriterFaultTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly FaultyFile.Plan _plan = new();
    private readonly FakeTimeProvider _time = new();

    private string Log => _folder["events.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_WhileTheDiskIsFull_IsKeptAndWrittenOnceThereIsSpace()
    {
        await using var writer = Open(new());
        _plan.OnWrite = static _ => 0;
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        Assert.Contains("No space left", writer.Health.LastError, StringComparison.Ordinal);
        writer.WriteLine("2"u8);
        _plan.OnWrite = static length => length;
        await Until.True(() => Advance() && waiting.IsCompletedSuccessfully);
        Assert.True(writer.Health.IsWriting);
        await writer.DisposeAsync();
        Assert.Equal("1\n2\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenTheFileStaysUnwritable_GetsTheTypedErrorAndTheEventIsWrittenLater()
    {
        await using var writer = Open(new() { AcknowledgeTimeout = TimeSpan.FromSeconds(2) });
        _plan.OnWrite = static _ => 0;
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask();
        await Until.True(() => Advance() && waiting.IsCompleted);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => waiting);
        Assert.Equal((EventWriterFailure.NotWritten, 1L, 2L, Log), (e.Failure, e.UnwrittenEvents, e.UnwrittenBytes, e.Path));
        _plan.OnWrite = static length => length;
        await Until.True(() => Advance() && writer.Health.IsWriting);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenFsyncFails_GetsTheTypedErrorAndTheHandleIsNotTrustedAgain()
    {
        var opened = 0;
        _plan.OnOpen = () => opened++;
        await using var writer = Open(new());
        _plan.OnSync = static () => throw new IOException("fsync failed: Input/output error", 5);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard));
        Assert.Equal(EventWriterFailure.NotDurable, e.Failure);
        _plan.OnSync = static () => { };
        await writer.WriteLineAsync("2"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard);
        Assert.Equal(2, opened);
    }

    [Fact]
    public async Task Dispose_WhenTheFileStaysUnwritable_SaysWhatItCouldNotWrite()
    {
        var writer = Open(new());
        _plan.OnWrite = static _ => 0;
        writer.WriteLine("1"u8);
        writer.WriteLine("22"u8);
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => closing);
        Assert.Equal((EventWriterFailure.Abandoned, 2L, 5L), (e.Failure, e.UnwrittenEvents, e.UnwrittenBytes));
    }

    [Fact]
    public async Task Write_WhenFull_ThrowsOrDropsOrWaitsAsTold()
    {
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'1');
        _plan.OnWrite = static _ => 0;
        var small = new EventWriterOptions { BufferBytes = 65_536, FlushBytes = 1000, DisposeTimeout = TimeSpan.FromMilliseconds(1) };

        var throwing = Open(small with { WhenFull = WhenFull.Throw });
        Fill(throwing, line);
        Assert.Equal(EventWriterFailure.BufferFull, Assert.Throws<EventWriterException>(() => throwing.WriteLine(line)).Failure);
        await Close(throwing);

        var waiting = Open(small with { WaitTimeout = TimeSpan.FromSeconds(3) });
        Fill(waiting, line);
        var blocked = Task.Run(() => waiting.WriteLine(line));
        await Until.True(() => Advance() && blocked.IsCompleted);
        Assert.Equal(EventWriterFailure.BufferFull, (await Assert.ThrowsAsync<EventWriterException>(() => blocked)).Failure);
        var released = Task.Run(() => waiting.WriteLine(line));
        var releasedToo = waiting.WriteLineAsync(line, Durability.Flushed).AsTask();
        _plan.OnWrite = static length => length;
        await Until.True(() => Advance() && released.IsCompleted && releasedToo.IsCompleted);
        await Close(waiting);
    }

    [Fact]
    public async Task Write_WhenDropping_TellsInTheFileHowManyWereDropped()
    {
        _plan.OnWrite = static _ => 0;
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'1');
        await using var writer = Open(new() { BufferBytes = 65_536, FlushBytes = 1000, WhenFull = WhenFull.DropNewest });
        Fill(writer, line);
        for (var n = 0; n < 5; n++)
            writer.WriteLine(line);
        await Assert.ThrowsAsync<EventWriterException>(() => writer.WriteLineAsync(line, Durability.Flushed).AsTask());
        Assert.Equal(6, writer.Statistics.Dropped);
        _plan.OnWrite = static length => length;
        await Until.True(() => Advance() && File.ReadAllText(Log).Contains("events_dropped", StringComparison.Ordinal));
        Assert.Contains("\"count\":6", File.ReadLines(Log).Last(), StringComparison.Ordinal);
    }

    private EventWriter Open(EventWriterOptions options) => new(Log, options, _time, null, _plan.Open);

    private bool Advance()
    {
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return true;
    }

    private static void Fill(EventWriter writer, byte[] line)
    {
        while (writer.TryWriteLine(line))
        {
        }
    }

    private async Task Close(EventWriter writer)
    {
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        _ = closing.Exception;
    }
}
