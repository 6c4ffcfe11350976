using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>What tried to break claims: torn and foreign ledgers, clocks that are set, callbacks that throw, files that go and come.</summary>
public sealed class QueueClaimsHarmTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    private string Path => _folder["task-queue.json"];

    private string LedgerPath => Path + ".claims";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ALedgerTornAtAnyByte_LosesTheTornLineOnly()
    {
        Write("a", "b", "c");
        await using (var queue = Open())
        {
            foreach (var claim in await queue.ClaimAsync(3, TimeSpan.Zero))
                await queue.CompleteAsync(claim);
        }

        var whole = File.ReadAllBytes(LedgerPath);
        for (var length = 0; length <= whole.Length; length++)
        {
            Write("a", "b", "c");
            File.WriteAllBytes(LedgerPath, whole[..length]);
            var lines = Encoding.UTF8.GetString(whole, 0, length).Split('\n')[..^1];
            await using var queue = Open();
            var counts = await queue.CountAsync();
            Assert.Equal((lines.Count(line => line.Contains("complete", StringComparison.Ordinal)), 3), (counts.Completed, counts.Completed + counts.Leased + counts.Ready));
            Assert.Equal(lines.Sum(line => line.Length + 1), new FileInfo(LedgerPath).Length);
        }
    }

    [Fact]
    public async Task ALedgerWhoseLastClaimIsDamaged_NeverGivesItsFenceAgain()
    {
        Write("a", "b");
        await using var queue = Open();
        var first = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        File.WriteAllText(LedgerPath, File.ReadAllText(LedgerPath).Replace("\"op\":\"claim\"", "\"op\":\"cl\0im\"", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(1));
        await using var other = Open();
        Assert.All(await other.ClaimAsync(2, TimeSpan.Zero), claim => Assert.True(claim.Fence > first.Fence));
    }

    [Fact]
    public async Task ALedgerOfALaterVersion_IsRefusedAndLeftAlone()
    {
        Write("a");
        File.WriteAllText(LedgerPath, "{\"ledger\":2,\"fence\":1}\n");
        await using (var queue = Open())
            await Assert.ThrowsAsync<NotSupportedException>(() => queue.ClaimAsync(1, TimeSpan.Zero).AsTask());
        Assert.Equal("{\"ledger\":2,\"fence\":1}\n", File.ReadAllText(LedgerPath));
        Assert.Throws<ArgumentException>(() => Open(options => options.LedgerPath = Path));
    }

    [Fact]
    public async Task ACompactionThatFails_FailsNoCall()
    {
        var ids = Enumerable.Range(0, 100).Select(i => $"t{i}").ToArray();
        Write(ids);
        var failures = 0;
        FaultPoint.Reached = step =>
        {
            if (step == "write ledger" && failures++ == 0)
                throw new IOException("no space left");
        };
        await using var queue = Open();
        var claims = await queue.ClaimAsync(100, TimeSpan.Zero);
        for (var i = 0; i < 90; i++)
            await queue.RenewAsync(claims);
        FaultPoint.Reached = null;
        Assert.True(failures > 1);
        Assert.True(File.ReadLines(LedgerPath).Count() < 4000);
        await queue.CompleteAsync(claims);
        await using var other = Open();
        Assert.Equal(100, (await other.CountAsync()).Completed);
    }

    [Fact]
    public async Task ACallbackThatThrows_EndsTheCall_AndKeepsNobodyWaiting()
    {
        File.WriteAllText(Path, """{"tasks":[{"id":"a","status":"queued"},{"status":"queued"}]}""");
        await using var queue = Open(options => options.Queue = new QueueReaderOptions { OnMalformed = _ => throw new FormatException("mine") });
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(() => queue.ClaimAsync(1, TimeSpan.Zero).AsTask())).ToList();
        var ended = await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return (await call.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System)).Count;
            }
            catch (FormatException)
            {
                return -1;
            }
        }));
        Assert.True(ended.Count(count => count > 0) <= 1);
        Assert.Contains(-1, ended);
    }

    [Fact]
    public async Task AConverterThatThrows_CostsItsTaskOnly()
    {
        Write("good", "bad", "last");
        var told = new List<QueueFormatException>();
        await using var queue = new QueueClaims<Picky>(Path, PickyJson.Default.Picky, new QueueClaimsOptions { TimeProvider = _time, Queue = new QueueReaderOptions { OnMalformed = told.Add } });
        Assert.Equal(["good", "last"], (await queue.ClaimAsync(3, TimeSpan.Zero)).Select(claim => claim.Id));
        Assert.Single(told);
        Assert.Equal(2, (await queue.CountAsync()).Leased);
    }

    [Fact]
    public async Task AClockSetBack_LengthensNoWait_AndNoLeaseIsHandedOutTwice()
    {
        Write("a");
        var wall = new SetClock(_time);
        await using var queue = Open(options => options.TimeProvider = wall);
        var held = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        var wait = Task.Run(() => queue.ClaimAsync(1, TimeSpan.FromSeconds(30)).AsTask());
        wall.SetBack = TimeSpan.FromHours(1);
        var passed = TimeSpan.Zero;
        await Until.True(() =>
        {
            if (wait.IsCompleted)
                return true;
            _time.Advance(TimeSpan.FromSeconds(1));
            passed += TimeSpan.FromSeconds(1);
            return false;
        });
        Assert.Empty(await wait);
        Assert.True(passed < TimeSpan.FromHours(1), $"{passed}");
        await queue.CompleteAsync(held);
    }

    [Fact]
    public async Task AQueueDeletedAndMadeAgain_HandsOutItsNewTasks_AndNoneThatIsDone()
    {
        Write("a", "b");
        await using var queue = Open();
        await queue.CompleteAsync(await queue.ClaimAsync(1, TimeSpan.Zero));
        var held = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        File.Delete(Path);
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.FlushAsync();
        Assert.False(File.Exists(Path));
        Write("a", "b", "c");
        Assert.Equal(["c"], (await queue.ClaimAsync(3, TimeSpan.Zero)).Select(claim => claim.Id));
        await queue.CompleteAsync(held);
        await queue.FlushAsync();
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path));
        Assert.Equal(["completed", "completed", "in_progress"], document.RootElement.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("status").GetString()));
    }

    /// <summary>A real mv between file systems removes the queue and copies the new one in its place, piece by piece.</summary>
    [LinuxFact]
    public async Task FilesMovedInFromAnotherFileSystem_AreSeenWhole_AndEveryTaskIsDoneOnce()
    {
        const int moves = 20;
        var source = $"/dev/shm/commitrelay-mv-{Environment.ProcessId}.json";
        var done = new List<string>();
        Write("t0");
        await using (var queue = new QueueClaims<Job>(Path, JobJson.Default.Job, new QueueClaimsOptions { MirrorInterval = TimeSpan.FromMilliseconds(5), PollInterval = TimeSpan.FromMilliseconds(20), Queue = new QueueReaderOptions { OnMalformed = _ => { } } }))
        {
            var mover = Task.Run(async () =>
            {
                for (var move = 1; move <= moves; move++)
                {
                    var tasks = Enumerable.Range(0, move + 1).Select(i => $"{{\"id\":\"t{i}\",\"status\":\"queued\",\"text\":\"{new string('x', 20_000)}\"}}");
                    await File.WriteAllTextAsync(source, $"{{\"tasks\":[{string.Join(',', tasks)}]}}");
                    using var mv = Process.Start("mv", [source, Path]);
                    await mv.WaitForExitAsync();
                    Assert.Equal(0, mv.ExitCode);
                }
            });
            await Until.True(() =>
            {
                var claims = queue.ClaimAsync(3, TimeSpan.Zero).AsTask().GetAwaiter().GetResult();
                queue.CompleteAsync(claims).AsTask().GetAwaiter().GetResult();
                done.AddRange(claims.Select(claim => claim.Id));
                return mover.IsCompleted && done.Count > moves;
            });
            await mover;
            Assert.Empty(await queue.ClaimAsync(99, TimeSpan.Zero));
        }

        Assert.Equal(Enumerable.Range(0, moves + 1).Select(i => $"t{i}").Order(), done.Order());
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path));
        Assert.All(document.RootElement.GetProperty("tasks").EnumerateArray(), task => Assert.Equal("completed", task.GetProperty("status").GetString()));
    }

    private QueueClaims<Job> Open(Action<QueueClaimsOptions>? configure = null)
    {
        var options = new QueueClaimsOptions { TimeProvider = _time, Queue = new QueueReaderOptions { OnMalformed = _ => { } } };
        configure?.Invoke(options);
        return new QueueClaims<Job>(Path, JobJson.Default.Job, options);
    }

    /// <summary>A wall clock that somebody sets; timestamps and timers go on as they were.</summary>
    private sealed class SetClock(TimeProvider time) : TimeProvider
    {
        public TimeSpan SetBack { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() - SetBack;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
    }

    private void Write(params string[] ids)
        => File.WriteAllText(Path, new StringBuilder("{\"tasks\":[").AppendJoin(",", ids.Select(id => $"{{\"id\":\"{id}\",\"status\":\"queued\"}}")).Append("]}").ToString());
}

[JsonConverter(typeof(PickyConverter))]
public sealed record Picky(string Id);

/// <summary>Throws what converters of users throw.</summary>
internal sealed class PickyConverter : JsonConverter<Picky>
{
    public override Picky Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var id = document.RootElement.GetProperty("id").GetString()!;
        return id == "bad" ? throw new ArgumentOutOfRangeException(nameof(reader), id, "mine") : new Picky(id);
    }

    public override void Write(Utf8JsonWriter writer, Picky value, JsonSerializerOptions options) => writer.WriteNullValue();
}

[JsonSerializable(typeof(Picky))]
internal sealed partial class PickyJson : JsonSerializerContext;
