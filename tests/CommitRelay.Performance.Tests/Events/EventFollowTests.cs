using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventFollowTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    private readonly List<Task> _followers = [];

    private string Log => _folder["events.jsonl"];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_followers);
        _folder.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Follow_FromNow_GivesWhatComesAndNeverHalfAValue()
    {
        File.WriteAllText(Log, Line(0));
        var seen = Follow(null, out var started);
        await started;
        File.AppendAllText(Log, Line(1) + "{\"type\":\"a\",\"producer\":0,");
        await Until.True(() => seen.Count == 1);
        File.AppendAllText(Log, "\"number\":2}\n");
        await Until.True(() => seen.Count == 2);
        Assert.Equal([1, 2], seen.Numbers);
    }

    [UnixFact]
    public async Task Follow_WhenTheFileIsMovedCutOrAppears_GoesOn()
    {
        var seen = Follow(EventPosition.Beginning, out _);
        File.WriteAllText(Log, Line(0));
        await Until.True(() => seen.Count == 1);
        File.AppendAllText(Log, Line(1));
        File.Move(Log, _folder["elsewhere"]);
        File.WriteAllText(Log, Line(2));
        await Until.True(() => seen.Count == 3);
        File.WriteAllText(Log, "");
        await Until.True(() => seen.Polls > 3);
        File.AppendAllText(Log, Line(3));
        await Until.True(() => seen.Count == 4);
        Assert.Equal([0, 1, 2, 3], seen.Numbers);
    }

    [UnixFact]
    public async Task Follow_WhenTheFileIsTrimmed_GivesNothingTwice()
    {
        await using var writer = new EventWriter(Log);
        var seen = Follow(EventPosition.Beginning, out _);
        for (var n = 0; n < 100; n++)
            writer.WriteLine(Encoding.UTF8.GetBytes(Line(n)));
        await writer.FlushAsync();
        await Until.True(() => seen.Count == 100);
        Assert.True(await writer.TrimAsync(10) > 0);
        await writer.WriteLineAsync(Encoding.UTF8.GetBytes(Line(100)), Durability.Flushed);
        Assert.Equal(11, await new EventReader(Log).CountAsync());
        await Until.True(() => seen.Count >= 101);
        Assert.Equal(Enumerable.Range(0, 101), seen.Numbers);
    }

    [UnixFact]
    public async Task Follow_UnderConstantRollingAndCompression_GivesEveryValueOnce()
    {
        const int count = 5_000;
        var seen = Follow(EventPosition.Beginning, out _);
        await using (var writer = new EventWriter(Log, new() { FlushEvents = 20, Roll = new() { AtBytes = 20_000, Compress = true } }))
        {
            for (var n = 0; n < count; n++)
            {
                writer.WriteLine(Encoding.UTF8.GetBytes(Line(n)));
                if (n % 100 == 0)
                    await writer.FlushAsync();
            }
        }

        await Until.True(() => seen.Count >= count);
        Assert.Equal(Enumerable.Range(0, count), seen.Numbers);
    }

    [UnixFact]
    public async Task Follow_FromASavedPosition_GoesOnThere_ThroughRollAndCompression()
    {
        var positions = new List<string>();
        var first = Follow(EventPosition.Beginning, out _, record => positions.Add(record.Position.ToString()));
        await using (var writer = new EventWriter(Log, new() { Roll = new() { AtBytes = 500, Compress = true } }))
        {
            for (var n = 0; n < 50; n++)
                await writer.WriteLineAsync(Encoding.UTF8.GetBytes(Line(n)), Durability.Flushed);
            await Until.True(() => first.Count == 50);

            // While the writer is open: what it has not compressed when it closes is left to the next one.
            await Until.True(() => Directory.GetFiles(_folder.Path, "*.gz").Length > 1);
        }

        for (var n = 0; n < 50; n += 7)
        {
            var seen = Follow(EventPosition.Parse(positions[n]), out _);
            await Until.True(() => seen.Count >= 49 - n);
            Assert.Equal(Enumerable.Range(n + 1, 49 - n), seen.Numbers);
        }

        Assert.Throws<FormatException>(() => EventPosition.Parse("1:2:x:4"));
    }

    private static string Line(int n) => $"{{\"type\":\"a\",\"producer\":0,\"number\":{n}}}\n";

    private Seen Follow(EventPosition? from, out Task started, Action<EventRecord<SampleEvent>>? each = null)
    {
        var seen = new Seen();
        var clock = new CountingTime(seen);
        var reader = new EventReader(Log, new() { PollInterval = TimeSpan.FromMilliseconds(5) }, clock);
        _followers.Add(Task.Run(async () =>
        {
            try
            {
                await foreach (var record in reader.FollowAsync(SampleContext.Default.SampleEvent, from, cancellationToken: _stop.Token))
                {
                    each?.Invoke(record);
                    seen.Add(record.Value!.Number);
                }
            }
            catch (Exception e)
            {
                seen.End = e;
            }
        }));
        started = Until.True(() => seen.Polls > 0);
        return seen;
    }

    private sealed class Seen
    {
        private readonly List<int> _numbers = [];

        public int Polls;

        /// <summary>Why nothing more is seen.</summary>
        public Exception? End;

        public int Count
        {
            get
            {
                if (End is not null)
                    throw new InvalidOperationException($"The follower ended: {End.Message}", End);
                lock (_numbers)
                    return _numbers.Count;
            }
        }

        public List<int> Numbers
        {
            get
            {
                lock (_numbers)
                    return [.. _numbers];
            }
        }

        public void Add(int number)
        {
            Interlocked.Exchange(ref Polls, 0);
            lock (_numbers)
                _numbers.Add(number);
        }
    }

    /// <summary>The system's clock, counting how often the follower found nothing.</summary>
    private sealed class CountingTime(Seen seen) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref seen.Polls);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
