using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.MisuseAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class MisuseTests
{
    private static string User(string members) => $$"""
        using CommitRelay.Performance.Events;
        using CommitRelay.Performance.Queues;
        class T { }
        class User
        {
            private readonly List<QueueElement> _kept = [];
            private readonly List<T?> _tasks = [];
            private static System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> Info => null!;
            {{members}}
        }
        """;

    [Theory]
    [InlineData("void Run() { var w = {|CRP0040:new EventWriter(\"e.jsonl\")|}; w.Write(new T(), Info); }")]
    [InlineData("void Run(EventWriter w) { {|CRP0040:w.DisposeAsync()|}.AsTask().Wait(); }")]
    [InlineData("void Run(EventWriter w) { {|CRP0040:w.DisposeAsync()|}.GetAwaiter().GetResult(); }")]
    [InlineData("void Run(EventWriter w) { _ = {|CRP0040:w.DisposeAsync()|}; }")]
    [InlineData("async Task Run(EventWriter w, IEnumerable<T> ts) { foreach (var t in ts) { w.Write(t, Info); await {|CRP0040:w.FlushAsync()|}; } }")]
    [InlineData("async Task Run(QueueReader r) { await foreach (var e in r.ReadElementsAsync(\"q.json\")) { if (e.Index > 3) _kept.Add({|CRP0040:e|}); } }")]
    [InlineData("async Task Run(QueueReader r, List<ReadOnlyMemory<byte>> all) { await foreach (var e in r.ReadElementsAsync(\"q.json\")) { if (e.Index > 3) all.Add({|CRP0040:e|}.Memory); } }")]
    [InlineData("async Task Run(QueueReader r) { var all = await {|CRP0040:r.ReadElementsAsync(\"q.json\")|}.ToListAsync(); }")]
    [InlineData("async Task Run(QueueReader<T> r) { var all = await {|CRP0040:r.ReadAsync(\"q.json\")|}.ToListAsync(); }")]
    [InlineData("async Task Run(QueueReader<T> r) { await foreach (var t in {|CRP0040:r.ReadAsync(\"q.json\")|}) _tasks.Add(t); }")]
    public Task Misuse_IsFlagged(string members) => Rule.Code(User(members));

    [Theory]
    [InlineData("async Task Run() { await using var w = new EventWriter(\"e.jsonl\"); w.Write(new T(), Info); await w.FlushAsync(); }")]
    [InlineData("EventWriter Make() { var w = new EventWriter(\"e.jsonl\"); w.Write(new T(), Info); return w; }")]
    [InlineData("private EventWriter? _w; void Run() { _w = new EventWriter(\"e.jsonl\"); }")]
    [InlineData("async Task Run() { var w = new EventWriter(\"e.jsonl\"); try { w.Write(new T(), Info); } finally { await w.DisposeAsync(); } }")]
    [InlineData("async Task Run(EventWriter w, IEnumerable<T> ts) { foreach (var t in ts) w.Write(t, Info); await w.FlushAsync(); }")]
    [InlineData("async Task Run(QueueReader r, List<byte[]> all) { await foreach (var e in r.ReadElementsAsync(\"q.json\")) { all.Add(e.ToArray()); Console.WriteLine(e.Index); } }")]
    [InlineData("async Task Run(QueueReader<T> r) { await foreach (var t in r.ReadAsync(\"q.json\")) Console.WriteLine(t); }")]
    public Task NearMiss_IsNotFlagged(string members) => Rule.Code(User(members));
}
