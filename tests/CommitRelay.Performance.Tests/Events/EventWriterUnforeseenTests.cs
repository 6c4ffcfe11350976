using System.Diagnostics.Metrics;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>Faults that nobody foresaw: not of the operating system, but of what is called on the writer's thread.</summary>
public sealed class EventWriterUnforeseenTests : FaultyWriterTests
{
    [Fact]
    public async Task Write_AtAnUnforeseenFault_IsKeptToldInHealthAndWrittenOnceItIsOver()
    {
        await using var writer = Open();
        Plan.OnWrite = static _ => throw new InvalidOperationException("nobody foresaw this");
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        Assert.Equal("nobody foresaw this", writer.Health.LastError);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && waiting.IsCompletedSuccessfully);
        Assert.True(writer.Health.IsWriting);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenAnUnforeseenFaultStays_GetsTheTypedErrorAndTheEventIsWrittenLater()
    {
        await using var writer = Open(new() { AcknowledgeTimeout = TimeSpan.FromSeconds(2) });
        Plan.OnWrite = static _ => throw new InvalidOperationException("nobody foresaw this");
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask();
        await Until.True(() => Advance() && waiting.IsCompleted);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => waiting);
        Assert.Equal((EventWriterFailure.NotWritten, 1L), (e.Failure, e.UnwrittenEvents));
        Assert.IsType<InvalidOperationException>(e.InnerException);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && writer.Health.IsWriting);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenFsyncFailsInAnUnforeseenWay_GetsTheTypedError()
    {
        await using var writer = Open();
        Plan.OnSync = static () => throw new InvalidOperationException("nobody foresaw this");
        var e = await Assert.ThrowsAsync<EventWriterException>(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard));
        Assert.Equal(EventWriterFailure.NotDurable, e.Failure);
        Plan.OnSync = static () => { };
        await writer.WriteLineAsync("2"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard);
    }

    [Fact]
    public async Task Dispose_WhenAnUnforeseenFaultStays_SaysWhatItCouldNotWrite()
    {
        var writer = Open();
        Plan.OnWrite = static _ => throw new InvalidOperationException("nobody foresaw this");
        writer.WriteLine("1"u8);
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        Assert.Equal(EventWriterFailure.Abandoned, (await Assert.ThrowsAsync<EventWriterException>(() => closing)).Failure);
    }

    [Fact]
    public async Task Roll_AtAnUnforeseenFault_TellsItsCallerAndTheWriterGoesOn()
    {
        await using var writer = Open();
        await writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(Guard);
        File.Delete(Log);
        Plan.OnOpen = static () => throw new InvalidOperationException("nobody foresaw this");
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.RollAsync().AsTask().WaitAsync(Guard));
        Plan.OnOpen = static () => { };
        await writer.WriteLineAsync("2"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(Guard);
    }

    [Fact]
    public async Task Write_WithALogThatThrows_IsKeptAndWrittenOnceThereIsSpace()
    {
        await using var writer = Open(logger: new ThrowingLogger());
        Plan.OnWrite = static _ => 0;
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && waiting.IsCompletedSuccessfully);
        Assert.True(writer.Health.IsWriting);
    }

    [Fact]
    public async Task WriteAsync_WithAMeterListenerThatThrows_ReachesItsLevel()
    {
        // Instruments know a file by its name, and other tests write files of the usual one.
        var log = Folder["listened.jsonl"];
        await using var writer = new EventWriter(log, null, Time, null, Plan.Open);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("commitrelay.events.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => ThrowIfOurs(tags));
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => ThrowIfOurs(tags));
        listener.Start();
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask();
        await Until.True(() => Advance() && waiting.IsCompleted);
        await waiting;
        Assert.Equal("1\n", File.ReadAllText(log));
        Assert.Contains("nobody foresaw this", writer.Health.LastError, StringComparison.Ordinal);

        static void ThrowIfOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Value is "listened.jsonl")
                    throw new InvalidOperationException("nobody foresaw this");
            }
        }
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new InvalidOperationException("no log");
    }
}
