using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class QueueClaimsTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));
    private readonly List<QueueFormatException> _told = [];

    private string Path => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Claim_ByPriorityThenAge_TouchesNoOtherByteOfTheFile()
    {
        const string text = """
            {
              "version": "1.0",
              "tasks": [
                { "id": "a", "status":   "queued", "priority": "low", "n": 1.00 },
                {
                  "id": "b",
                  "status": "pending",
                  "priority": "high",
                  "created_at": "2025-11-16T11:26:10-0600",
                  "context": { "status": "queued", "x": "\u00e4 \"queued\"" }
                },
                { "id": "c", "status": "queued", "priority": "high", "created_at": "2025-11-16T11:26:10Z" },
                { "id": "d", "status": "assigned", "priority": "critical" }
              ],
              "stats": { "total": 99 }
            }
            """;
        _folder.Write("task-queue.json", text);
        await using (var queue = Open())
        {
            var claims = await queue.ClaimAsync(10, TimeSpan.Zero);
            Assert.Equal(["c", "b", "a"], claims.Select(claim => claim.Id));
            await queue.CompleteAsync(claims[0]);
            await queue.FlushAsync();
            var expected = text
                .Replace("\"a\", \"status\":   \"queued\", \"priority\": \"low\", \"n\": 1.00 }", "\"a\", \"status\":   \"in_progress\", \"priority\": \"low\", \"n\": 1.00, \"started_at\": \"2026-01-05T12:00:00Z\" }", StringComparison.Ordinal)
                .Replace("\"status\": \"pending\"", "\"status\": \"in_progress\"", StringComparison.Ordinal)
                .Replace("\\\"queued\\\"\" }\n", "\\\"queued\\\"\" },\n      \"started_at\": \"2026-01-05T12:00:00Z\"\n", StringComparison.Ordinal)
                .Replace("\"c\", \"status\": \"queued\", \"priority\": \"high\", \"created_at\": \"2025-11-16T11:26:10Z\"", "\"c\", \"status\": \"completed\", \"priority\": \"high\", \"created_at\": \"2025-11-16T11:26:10Z\", \"started_at\": \"2026-01-05T12:00:00Z\", \"completed_at\": \"2026-01-05T12:00:00Z\"", StringComparison.Ordinal);
            Assert.Equal(expected, File.ReadAllText(Path));
        }

        // What was still held went back.
        Assert.Equal(["queued", "pending", "completed", "assigned"], Statuses());
    }

    [Fact]
    public async Task States_BroughtBackByAWriterWithOldContent_AreLaidOverAgain()
    {
        var old = Write("a", "b", "c");
        await using var queue = Open();
        var claims = await queue.ClaimAsync(2, TimeSpan.Zero);
        await queue.CompleteAsync(claims[0]);
        await queue.FlushAsync();
        File.WriteAllText(_folder["tmp"], old.Replace("]}", ", {\"id\": \"new\", \"status\": \"queued\"}]}", StringComparison.Ordinal));
        File.Move(_folder["tmp"], Path, overwrite: true);
        Assert.Equal(["c", "new"], (await queue.ClaimAsync(9, TimeSpan.Zero)).Select(claim => claim.Id));
        await queue.FlushAsync();
        Assert.Equal(["completed", "in_progress", "in_progress", "in_progress"], Statuses());
    }

    [Fact]
    public async Task ForeignDecisions_CancelledAndPriority_AreKept()
    {
        var text = Write("a", "b", "c");
        await using var queue = Open();
        var claims = await queue.ClaimAsync(1, TimeSpan.Zero);
        File.WriteAllText(Path, text.Replace("\"id\":\"a\",\"status\":\"queued\"", "\"id\":\"a\",\"status\":\"cancelled\"", StringComparison.Ordinal)
            .Replace("\"id\":\"b\",\"status\":\"queued\"", "\"id\":\"b\",\"status\":\"cancelled\"", StringComparison.Ordinal));
        Assert.Equal("c", Assert.Single(await queue.ClaimAsync(9, TimeSpan.Zero)).Id);
        await queue.CompleteAsync(claims);
        await queue.FlushAsync();
        Assert.Equal(["cancelled", "cancelled", "in_progress"], Statuses());
    }

    [Fact]
    public async Task TasksWithoutAnIdOrBroken_AreListedAndTold_NeverClaimed()
    {
        const string text = """{"tasks":[{"status":"queued"},{"id":null,"status":"queued"},{"id":"a","status":"queued","priority": high},7,null,{"id":"b","status":"queued","priority":7},{"id":"c","status":"queued"},{"id":"d","status":null},{"id":"e"}]}""";
        _folder.Write("task-queue.json", text);
        await using var queue = Open();
        var claims = await queue.ClaimAsync(9, TimeSpan.Zero);
        Assert.Equal(["c"], claims.Select(claim => claim.Id));
        Assert.Equal([text.IndexOf("{\"status\"", StringComparison.Ordinal), text.IndexOf("{\"id\":null", StringComparison.Ordinal), text.IndexOf("{\"id\":\"a\"", StringComparison.Ordinal), text.IndexOf("{\"id\":\"b\"", StringComparison.Ordinal)],
            queue.Unclaimable.Select(task => (int)task.ByteOffset).Order());
        Assert.Equal(4, (await queue.CountAsync()).Unclaimable);
        Assert.Equal(4, _told.Count);
        Assert.All(_told, told => Assert.Contains("task-queue.json", told.Message, StringComparison.Ordinal));
        await queue.CompleteAsync(claims);
        await queue.FlushAsync();
        Assert.Equal(text.Replace("{\"id\":\"c\",\"status\":\"queued\"}", "{\"id\":\"c\",\"status\":\"completed\",\"started_at\":\"2026-01-05T12:00:00Z\",\"completed_at\":\"2026-01-05T12:00:00Z\"}", StringComparison.Ordinal), File.ReadAllText(Path));
    }

    [Fact]
    public async Task RepeatedIds_AreToldApart_AlsoWhenTheirOrderChanges()
    {
        const string one = """{"id":"a","status":"queued","title":"one"}""";
        const string two = """{"id":"a","status":"queued","title":"two"}""";
        _folder.Write("task-queue.json", $"{{\"tasks\":[{one},{two}]}}");
        await using var queue = Open();
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(0, claim.Identity.Occurrence);
        await queue.CompleteAsync(claim);
        File.WriteAllText(Path, $"{{\"tasks\":[{two},{one}]}}");
        var other = Assert.Single(await queue.ClaimAsync(9, TimeSpan.Zero));
        Assert.Equal(1, other.Identity.Occurrence);
        await queue.CompleteAsync(other);
        Assert.Empty(await queue.ClaimAsync(9, TimeSpan.Zero));
        await queue.FlushAsync();
        Assert.Equal(["completed", "completed"], Statuses());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"tasks\":null}")]
    [InlineData("not json")]
    [InlineData("[1,")]
    public async Task AFileThatIsNoQueue_IsToldOnce_AndLeftAlone(string text)
    {
        _folder.Write("task-queue.json", text);
        await using (var queue = Open())
        {
            Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
            Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
            await queue.FlushAsync();
        }

        Assert.Equal(Path, Assert.Single(_told).File);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public async Task AFileThatIsNoQueue_WithoutACallback_IsThrown()
    {
        _folder.Write("task-queue.json", "{}");
        await using var queue = new QueueClaims<Job>(Path, JobJson.Default.Job, new QueueClaimsOptions { TimeProvider = _time });
        await Assert.ThrowsAsync<QueueFormatException>(() => queue.ClaimAsync(1, TimeSpan.Zero).AsTask());
    }

    [Fact]
    public async Task ATruncatedFile_GivesItsWholeTasks_AndIsNotWritten()
    {
        var text = Write("a", "b", "c");
        File.WriteAllText(Path, text[..^20]);
        await using var queue = Open();
        Assert.Equal(["a", "b"], (await queue.ClaimAsync(9, TimeSpan.Zero)).Select(claim => claim.Id));
        await queue.FlushAsync();
        Assert.Equal(text[..^20], File.ReadAllText(Path));
        Assert.Single(_told);
    }

    [Fact]
    public async Task AMissingFile_IsAnError_UntilItWasSeen_ThenAnEmptyQueue()
    {
        await using var queue = Open();
        await Assert.ThrowsAsync<FileNotFoundException>(() => queue.ClaimAsync(1, TimeSpan.Zero).AsTask());
        Write("a", "b");
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        File.Delete(Path);
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.CompleteAsync(claim);
        Write("a", "b", "c");
        Assert.Equal(["b", "c"], (await queue.ClaimAsync(9, TimeSpan.Zero)).Select(each => each.Id));
    }

    [Fact]
    public async Task AddedTasks_AreWrittenInTheFilesStyle_AndPutBackWhenAStrangerDropsThem()
    {
        const string text = "{\n  \"tasks\": [\n    {\n      \"id\": \"a\",\n      \"status\": \"queued\"\n    }\n  ],\n  \"n\": 1\n}\n";
        _folder.Write("task-queue.json", text);
        await using var queue = Open();
        Assert.True(await queue.AddAsync(new Job("b", "high")));
        await queue.FlushAsync();
        var shown = text.Replace("    }\n  ]", "    },\n    {\n      \"id\": \"b\",\n      \"priority\": \"high\",\n      \"status\": \"queued\"\n    }\n  ]", StringComparison.Ordinal);
        Assert.Equal(shown, File.ReadAllText(Path));
        File.WriteAllText(Path, text);
        await queue.FlushAsync();
        Assert.Equal(shown, File.ReadAllText(Path));
        await queue.CompleteAsync(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.FlushAsync();
        File.WriteAllText(Path, text);
        await queue.FlushAsync();
        Assert.Equal(text, File.ReadAllText(Path));
        Assert.False(await queue.AddAsync(new Job("b", "high")));
    }

    [Fact]
    public async Task Ledger_RemembersAcrossInstances_AndAfterCompaction()
    {
        Write([.. Enumerable.Range(0, 60).Select(i => $"t{i:00}")]);
        await using (var queue = Open())
        {
            var claims = await queue.ClaimAsync(40, TimeSpan.Zero);
            for (var i = 0; i < 120; i++)
                await queue.RenewAsync(claims);
            await queue.CompleteAsync([.. claims.Take(30)]);
        }

        Assert.InRange(File.ReadAllLines(Path + ".claims").Length, 40, 3000);
        await using var again = Open();
        Assert.Equal(new TaskCounts(30, 0, 0, 30, 0, 0), await again.CountAsync());
    }

    [Fact]
    public async Task Ledger_WithATornOrDamagedLine_GoesOn()
    {
        Write("a", "b", "c");
        await using (var queue = Open())
            await queue.CompleteAsync(await queue.ClaimAsync(1, TimeSpan.Zero));
        var whole = File.ReadAllText(Path + ".claims");
        File.WriteAllText(Path + ".claims", whole + "nonsense\n{\"op\":\"claim\",\"id\":\"b\",\"n\":0,\"fen");
        await using var again = Open();
        Assert.Equal("b", Assert.Single(await again.ClaimAsync(1, TimeSpan.Zero)).Id);
        Assert.Equal(Path + ".claims", Assert.Single(_told).File);
        Assert.DoesNotContain("\"fen{", File.ReadAllText(Path + ".claims"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLetters_AreListed_AndHandedOutAgainWhenAsked()
    {
        Write("a", "b");
        await using var queue = Open(options => options.MaxAttempts = 1);
        await queue.FailAsync(await queue.ClaimAsync(1, TimeSpan.Zero), "no disk");
        await queue.FlushAsync();
        Assert.Equal(["failed", "queued"], Statuses());
        var letter = Assert.Single(await queue.DeadLettersAsync());
        Assert.Equal(("a", 1, "no disk"), (letter.Identity.Id, letter.Attempts, letter.Reason));
        Assert.True(await queue.RetryAsync("a"));
        Assert.False(await queue.RetryAsync("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(("a", 1), (claim.Id, claim.Attempt));
        await queue.CompleteAsync(claim);
        await queue.FlushAsync();
        Assert.Equal(["completed", "queued"], Statuses());
    }

    [Fact]
    public async Task Claims_AreActivities_AndTheLedgerKeepsTheTrace()
    {
        var names = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var root = new System.Diagnostics.Activity("test").Start();
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "CommitRelay.Performance",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == root.TraceId)
                    names.Add(activity.OperationName);
            },
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        Write("a");
        await using var queue = Open();
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.CompleteAsync(claim);
        await queue.FlushAsync();
        Assert.Equal(["queue.claim", "queue.complete", "queue.mirror"], names.Order());
        Assert.Equal(root.TraceId.ToHexString(), claim.TraceId);
        Assert.Equal(2, File.ReadAllLines(Path + ".claims").Count(line => line.Contains($"\"trace\":\"{claim.TraceId}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TwoHomesInOneProcess_KnowNothingOfEachOther()
    {
        Write("a");
        _folder.Write("other/task-queue.json", "{\"tasks\":[{\"id\":\"a\",\"status\":\"queued\"}]}");
        await using var one = Open();
        await using var two = new QueueClaims<Job>(_folder["other", "task-queue.json"], JobJson.Default.Job, new QueueClaimsOptions { TimeProvider = _time });
        await one.CompleteAsync(await one.ClaimAsync(1, TimeSpan.Zero));
        Assert.Single(await two.ClaimAsync(1, TimeSpan.Zero));
    }

    [Fact]
    public async Task Fences_GrowEvenWhenTheLedgerIsDeleted()
    {
        Write("a");
        await using var queue = Open();
        var first = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        File.Delete(Path + ".claims");
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.True(second.Fence > first.Fence);
        await Assert.ThrowsAsync<ClaimLostException>(() => queue.CompleteAsync(first).AsTask());
    }

    [Fact]
    public async Task Claim_Waiting_WakesWhenAnotherProcessRenamesANewFileIn()
    {
        Write();
        await using var queue = Open();
        var waiting = queue.ClaimAsync(1, Timeout.InfiniteTimeSpan).AsTask();

        // The clock stands still, so only the folder's watch can wake it. It may start after the first rename: then the next one tells.
        for (var i = 0; !waiting.IsCompleted && i < 600; i++)
        {
            File.WriteAllText(_folder["tmp"], "{\"tasks\":[{\"id\":\"a\",\"status\":\"queued\"}]}");
            File.Move(_folder["tmp"], Path, overwrite: true);
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        }

        Assert.Equal("a", Assert.Single(await waiting.WaitAsync(Guard)).Id);
    }

    [SharedFact]
    public async Task ClaimsOnTheCorpus_LeaveEveryTaskTheyDidNotTakeByteIdentical()
    {
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(Repository.CorpusHome, "coordination"), "task-queue*"))
        {
            var before = File.ReadAllBytes(file);
            File.WriteAllBytes(Path, before);
            await using (var queue = Open(options => options.OpenStatuses = ["pending", "assigned"]))
            {
                var claims = await queue.ClaimAsync(10_000, TimeSpan.Zero);
                await queue.CompleteAsync(claims);
            }

            File.Delete(Path + ".claims");
            var after = File.ReadAllBytes(Path);
            if (before.AsSpan().IndexOf("\"tasks\""u8) < 0)
            {
                Assert.Equal(before, after);
                continue;
            }

            CompareTasks(before, after);
        }
    }

    private static void CompareTasks(byte[] before, byte[] after)
    {
        using var old = JsonDocument.Parse(before);
        using var now = JsonDocument.Parse(after);
        var pairs = old.RootElement.GetProperty("tasks").EnumerateArray().Zip(now.RootElement.GetProperty("tasks").EnumerateArray()).ToList();
        Assert.Equal(old.RootElement.GetProperty("tasks").GetArrayLength(), pairs.Count);
        foreach (var (was, became) in pairs)
        {
            if (was.GetProperty("status").GetString() is "pending" or "assigned")
                Assert.Equal("completed", became.GetProperty("status").GetString());
            else
                Assert.Equal(was.GetRawText(), became.GetRawText());
        }
    }

    private QueueClaims<Job> Open(Action<QueueClaimsOptions>? configure = null)
    {
        var options = new QueueClaimsOptions { TimeProvider = _time, Queue = new QueueReaderOptions { OnMalformed = _told.Add } };
        configure?.Invoke(options);
        return new QueueClaims<Job>(Path, JobJson.Default.Job, options);
    }

    private string Write(params string[] ids)
    {
        var text = new StringBuilder("{\"tasks\":[").AppendJoin(",", ids.Select(id => $"{{\"id\":\"{id}\",\"status\":\"queued\"}}")).Append("]}").ToString();
        File.WriteAllText(Path, text);
        return text;
    }

    private string[] Statuses()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path));
        return [.. document.RootElement.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("status").GetString() ?? "null")];
    }
}
