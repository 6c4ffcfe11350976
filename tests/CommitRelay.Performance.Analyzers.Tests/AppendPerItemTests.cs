using CommitRelay.Performance.Analyzers.Rules;
using CommitRelay.Performance.CodeFixes.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.AppendPerItemAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class AppendPerItemTests
{
    /// <summary>A hosted service with one loop body to fill in.</summary>
    private static string Worker(string body, string members = "") => $$"""
        class W : BackgroundService
        {
            private readonly string _path = "events.jsonl";
            private readonly Channel<string> _channel = Channel.CreateUnbounded<string>();
            private readonly Queue<string> _queue = new();
            {{members}}
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    [Fact]
    public Task AppendInConsumerLoop_IsFlagged() => Rule.Code(Worker("""
        await foreach (var x in _channel.Reader.ReadAllAsync(ct))
            await {|CRP0001:File.AppendAllTextAsync(_path, x, ct)|};
        """));

    [Fact]
    public Task AppendOfOneFixedLine_IsFlagged() => Rule.Code(Worker("""
        while (!ct.IsCancellationRequested)
            await foreach (var x in _channel.Reader.ReadAllAsync(ct))
                await {|CRP0001:File.AppendAllLinesAsync(_path, [x.ToString()])|};
        """));

    [Fact]
    public Task AppendOverParameter_IsFlagged() => Rule.Code("""
        class C
        {
            const string Log = "a.log";
            void M(IEnumerable<int> items)
            {
                foreach (var i in items)
                    {|CRP0001:File.AppendAllText(Log, i + "\n")|};
            }
        }
        """);

    [Fact]
    public Task WriterOpenedPerItem_IsFlagged() => Rule.Code(Worker("""
        while (_queue.TryDequeue(out var x))
        {
            using var w = {|CRP0001:new StreamWriter(_path, append: true)|};
            w.WriteLine(x);
        }
        """));

    [Fact]
    public Task HelperOfConsumerLoop_IsFlagged() => Rule.Code(Worker("""
        while (true) { var e = _queue.Dequeue(); Process(e); if (_queue.Count == 0) return; }
        """, """
        void Process(string e) { var w = {|CRP0001:File.AppendText(_path)|}; w.WriteLine(e); w.Close(); }
        """));

    [Fact]
    public Task HelperOnceRemoved_IsFlagged() => Rule.Code(Worker("""
        while (true) { await Task.Delay(10, ct); Outer(_queue.Dequeue()); }
        """, """
        void Outer(string e) => Inner(e + "\n");
        void Inner(string e) => {|CRP0001:File.AppendAllText(_path, e)|};
        """));

    [Fact]
    public Task HelperTwiceRemoved_IsOnlyAHelper() => Rule.Code(Worker("""
        while (true) Outer(_queue.Dequeue());
        """, """
        void Outer(string e) => Middle(e);
        void Middle(string e) => Inner(e);
        void Inner(string e) => {|CRP0002:File.AppendAllText(_path, e)|};
        """));

    [Fact]
    public Task NestedType_SharesTheLoopsOfItsOutermostType() => Rule.Code("""
        class Outer
        {
            void M(List<int> items) { foreach (var i in items) Inner.Log(i.ToString()); }
            static class Inner
            {
                public static void Log(string s) => {|CRP0001:File.AppendAllText("a.log", s)|};
            }
        }
        """);

    [Fact]
    public Task ParallelLoop_IsFlagged() => Rule.Code("""
        class C
        {
            void M(int[] items) => Parallel.ForEach(items, i => {|CRP0001:File.AppendAllText("a.log", i.ToString())|});
        }
        """);

    [Theory]
    [InlineData("foreach (var x in new[] { \"a\", \"b\" }) File.AppendAllText(_path, x);")] // short and fixed
    [InlineData("while (true) { File.AppendAllText(_path, \"x\"); await Task.Delay(30_000, ct); }")] // slow cadence
    [InlineData("while (true) { await Task.Delay(TimeSpan.FromMinutes(1), ct); File.AppendAllText(_path, \"x\"); }")]
    [InlineData("using var t = new PeriodicTimer(TimeSpan.FromSeconds(5)); while (await t.WaitForNextTickAsync(ct)) File.AppendAllText(_path, \"x\");")]
    [InlineData("while (true) { try { File.AppendAllText(_path, \"x\"); break; } catch (IOException) { } }")] // retry
    [InlineData("for (var i = 0; i < 3; i++) { try { File.AppendAllText(_path, \"x\"); return; } catch (IOException) { } }")]
    [InlineData("var done = false; while (!done) { File.AppendAllText(_path, \"x\"); done = true; }")]
    [InlineData("for (var n = 0; ; n++) { if (n % 1000 == 0) File.AppendAllText(_path, \"x\"); }")] // slow by remainder
    [InlineData("var told = false; while (true) { if (!told) { told = true; File.AppendAllText(_path, \"x\"); } }")] // once
    [InlineData("var batch = new List<string>(); while (true) { batch.Add(_queue.Dequeue()); if (batch.Count >= 100) File.AppendAllText(_path, batch[0]); }")]
    [InlineData("while (true) { var x = _queue.Dequeue(); File.AppendAllText(x + \".log\", x); }")] // another file each turn
    [InlineData("while (true) { var p = $\"{DateTime.UtcNow:yyyyMMdd}.log\"; File.AppendAllText(p, _queue.Dequeue()); }")]
    [InlineData("while (true) { try { _queue.Dequeue(); } catch (Exception e) { File.AppendAllText(_path, e.Message); } }")] // catch
    [InlineData("while (true) { try { _queue.Dequeue(); } finally { File.AppendAllText(_path, \"x\"); } }")]
    [InlineData("var lines = new List<string>(); while (true) { File.AppendAllLines(_path, lines); }")] // a batch
    [InlineData("while (true) { var sb = new StringBuilder(); while (_queue.TryDequeue(out var x)) sb.AppendLine(x); File.AppendAllText(_path, sb.ToString()); }")]
    [InlineData("while (true) { using var w = File.AppendText(_path); while (_queue.TryDequeue(out var x)) w.WriteLine(x); }")]
    [InlineData("while (true) { using var w = File.CreateText(_path); w.Write(_queue.Dequeue()); }")] // no append
    [InlineData("while (true) { var x = _queue.Dequeue(); await SendAsync(x); File.AppendAllText(_path, x); } Task SendAsync(string s) => Task.CompletedTask;")] // commit record
    public Task NearMiss_IsNotFlagged(string body) => Rule.Code(Worker(body));

    [Fact]
    public Task WaitOnTheEmptyPath_DoesNotCool() => Rule.Code(Worker("""
        while (!ct.IsCancellationRequested)
        {
            if (_queue.TryDequeue(out var x))
            {
                {|CRP0001:File.AppendAllText(_path, x)|};
                continue;
            }
            await Task.Delay(5000, ct);
        }
        """));

    [Fact]
    public Task WaitOfTheOuterLoop_DoesNotCoolTheInnerOne() => Rule.Code(Worker("""
        while (!ct.IsCancellationRequested)
        {
            while (_queue.TryDequeue(out var x))
                {|CRP0001:File.AppendAllText(_path, x)|};
            await Task.Delay(5000, ct);
        }
        """));

    [Fact]
    public Task HotPeriod_IsASetting() => Rule.Code(Worker("""
        while (true) { {|CRP0001:File.AppendAllText(_path, "x")|}; await Task.Delay(2000, ct); }
        """), "commitrelay.hot_period_ms = 5000");

    [Fact]
    public Task DurableWrite_IsNotFlagged() => Rule.Code("""
        namespace CommitRelay.Performance { sealed class DurableWriteAttribute : Attribute; }
        class C
        {
            [CommitRelay.Performance.DurableWrite]
            void M(IEnumerable<string> items) { foreach (var i in items) File.AppendAllText("a.log", i); }
        }
        """);

    [Fact]
    public Task SameNamesElsewhere_AreNotFlagged() => Rule.Code("""
        namespace Mine
        {
            static class File { public static void AppendAllText(string path, string text) { } }
            class C { void M(IEnumerable<string> items) { foreach (var i in items) File.AppendAllText("a.log", i); } }
        }
        """);

    [Fact]
    public Task LogHelper_IsAnInfo() => Rule.Code("""
        class C
        {
            private readonly object _lock = new();
            private string FilePath { get; } = "a.log";
            void Log(string m) { lock (_lock) { {|CRP0002:File.AppendAllText(FilePath, Format(m))|}; } }
            static string Format(string m) => m + "\n";
            void Fatal(Exception e) => File.AppendAllText(FilePath, e.ToString());
            void Batch(IEnumerable<string> lines) => File.AppendAllLines(FilePath, lines);
            void Other(string path, string m) => File.AppendAllText(path, m);
            void Start() => File.AppendAllText(FilePath, "started");
            async Task Remove(int id) { var found = await Find(id); File.AppendAllText(FilePath, found); }

            static Task<string> Find(int id) => Task.FromResult("x");
        }
        """);

    [Fact]
    public Task Fix_HoistsTheWriter() => Rule.Fix<AppendPerItemCodeFix>("""
        class C
        {
            void M(IEnumerable<string> items)
            {
                // one line an item
                foreach (var i in items)
                    {|CRP0001:File.AppendAllText("a.log", i)|}; // now
            }
        }
        """, """
        class C
        {
            void M(IEnumerable<string> items)
            {
                // one line an item
                StreamWriter? writer = null;
                try
                {
                    foreach (var i in items)
                    {
                        writer ??= new StreamWriter("a.log", append: true);
                        writer.Write(i);
                        writer.Flush(); // now
                    }
                }
                finally
                {
                    writer?.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Fix_KeepsAwaitAndToken() => Rule.Fix<AppendPerItemCodeFix>(Worker("""
        await foreach (var x in _channel.Reader.ReadAllAsync(ct))
                {
                    await {|CRP0001:File.AppendAllLinesAsync(_path, [x], ct)|};
                }
        """), Worker("""
        StreamWriter? writer = null;
                try
                {
                    await foreach (var x in _channel.Reader.ReadAllAsync(ct))
                    {
                        writer ??= new StreamWriter(_path, append: true);
                        await writer.WriteLineAsync(x.AsMemory(), ct);
                        await writer.FlushAsync();
                    }
                }
                finally
                {
                    if (writer is not null)
                        await writer.DisposeAsync();
                }
        """));
}
