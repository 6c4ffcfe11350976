using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>A caller who waits alone does the flusher's work.</summary>
public sealed class EventWriterLeadTests : FaultyWriterTests
{
    [Fact]
    public async Task WriteAsync_OfALoneCaller_SyncsOnItsThread_UnlessItCanBeCancelled()
    {
        using var impatient = new CancellationTokenSource();
        await using var writer = Open();

        // The flusher looks for leftovers when it starts; once it has done this it sleeps.
        await writer.WriteLineAsync("0"u8.ToArray(), Durability.Durable, impatient.Token).AsTask().WaitAsync(Guard);
        var threads = new List<int>();
        Plan.OnSync = () => threads.Add(Environment.CurrentManagedThreadId);
        var (own, alone) = await OnOneThread(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask());
        Assert.True(alone.IsCompletedSuccessfully);
        Assert.Equal([own], threads);
        (own, var cancellable) = await OnOneThread(() => writer.WriteLineAsync("2"u8.ToArray(), Durability.Durable, impatient.Token).AsTask());
        await cancellable.WaitAsync(Guard);
        Assert.NotEqual(own, threads[1]);
    }

    [Fact]
    public async Task WriteAsync_WhileALoneCallerWrites_JoinsTheNextPass()
    {
        using var disk = new ManualResetEventSlim();
        Plan.OnSync = () => disk.Wait(Guard);
        await using var writer = Open();
        var leader = Task.Run(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask());
        await Until.True(() => writer.Statistics.Written == 1);
        var followers = Enumerable.Range(0, 5).Select(_ => writer.WriteLineAsync("2"u8.ToArray(), Durability.Durable).AsTask()).ToList();
        Assert.All(followers, follower => Assert.False(follower.IsCompleted));
        disk.Set();
        await Task.WhenAll([leader, .. followers]).WaitAsync(Guard);
        Assert.Equal(2, writer.Statistics.Syncs);
    }

    [Fact]
    public async Task WriteAsync_OfALoneCallerWhenTheDiskIsFull_ReturnsAndWaitsWithoutItsThread()
    {
        await using var writer = Open();
        Plan.OnWrite = static _ => 0;
        var (_, waiting) = await OnOneThread(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask());
        Assert.False(waiting.IsCompleted);

        // The flusher may have been at its start when the caller came, and does the work itself then.
        await Until.True(() => !writer.Health.IsWriting);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && waiting.IsCompletedSuccessfully);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task Dispose_WhileALoneCallerSyncs_WaitsForIt()
    {
        using var disk = new ManualResetEventSlim();
        Plan.OnSync = () => disk.Wait(Guard);
        var writer = Open();
        var leader = Task.Run(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask());
        await Until.True(() => writer.Statistics.Written == 1);
        var closing = writer.DisposeAsync().AsTask();
        disk.Set();
        await leader.WaitAsync(Guard);
        await closing.WaitAsync(Guard);
    }

    [Fact]
    public async Task WriteAsync_FromALoggerOfTheSameFile_DoesNotWaitForItself()
    {
        var logger = new EchoingLogger();
        await using var writer = Open(logger: logger);
        logger.To = writer;
        Plan.OnWrite = static _ => 0;
        var first = Task.Run(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask());
        await Until.True(() => logger.Echo is not null);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && first.IsCompleted && logger.Echo!.IsCompleted);
        await first;
        await logger.Echo!;
        Assert.Equal("1\n2\n", File.ReadAllText(Log)[..4]);
    }

    /// <summary>Calls on a thread that nothing else runs on meanwhile.</summary>
    private static Task<(int Thread, Task Call)> OnOneThread(Func<Task> call)
        => Task.Factory.StartNew(() => (Environment.CurrentManagedThreadId, call()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Guard);

    /// <summary>Writes what it is told into the file that it tells of.</summary>
    private sealed class EchoingLogger : ILogger
    {
        public EventWriter? To { get; set; }

        public Task? Echo { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Echo ??= To?.WriteLineAsync("2"u8.ToArray(), Durability.Durable).AsTask();
    }
}
