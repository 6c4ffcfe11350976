using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.FlushPerItemAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class FlushPerItemTests
{
    private static string Log(string members) => $$"""
        class Log : IDisposable
        {
            private readonly StreamWriter _w = new("a.log", append: true);
            private readonly Channel<string> _channel = Channel.CreateUnbounded<string>();
            {{members}}
            public void Dispose() { _w.Flush(); _w.Dispose(); }
        }
        """;

    [Theory]
    [InlineData("async Task Run() { await foreach (var x in _channel.Reader.ReadAllAsync()) { await _w.WriteLineAsync(x); await {|CRP0004:_w.FlushAsync()|}; } }")]
    [InlineData("void Run(IEnumerable<string> xs) { foreach (var x in xs) Write(x); } void Write(string x) { _w.WriteLine(x); {|CRP0004:_w.Flush()|}; }")]
    [InlineData("void Run(IEnumerable<int> xs) { using var f = File.Create(\"a.bin\"); using var b = new BinaryWriter(f); foreach (var x in xs) { b.Write(x); {|CRP0004:b.Flush()|}; } }")]
    [InlineData("void Write(string x) { lock (_w) { _w.WriteLine(x); {|CRP0003:_w.Flush()|}; } }")]
    [InlineData("void Run() { foreach (var x in new[] { \"a\", \"b\" }) { _w.WriteLine(x); {|CRP0003:_w.Flush()|}; } }")]
    public Task FlushPerItem_IsFlagged(string members) => Rule.Code(Log(members));

    [Theory]
    [InlineData("void Run(IEnumerable<string> xs) { foreach (var x in xs) _w.WriteLine(x); _w.Flush(); }")] // after the whole
    [InlineData("async Task Run() { while (await _channel.Reader.WaitToReadAsync()) { while (_channel.Reader.TryRead(out var x)) _w.WriteLine(x); _w.Flush(); } }")] // a batch
    [InlineData("int _n; void Write(string x) { _w.WriteLine(x); if (++_n % 100 == 0) _w.Flush(); }")]
    [InlineData("bool _now; void Write(string x) { _w.WriteLine(x); if (_now) _w.Flush(); }")]
    [InlineData("void Write(string x) { _w.WriteLine(x); Flush(); } void Flush() { _w.Flush(); }")] // a flush's own work
    [InlineData("void Write(string x) { using var w = new StreamWriter(x); w.WriteLine(x); w.Flush(); }")] // before Dispose
    [InlineData("void Write(Exception x) { _w.WriteLine(x); _w.Flush(); }")]
    [InlineData("void Write(string[] xs) { foreach (var x in xs) _w.WriteLine(x); _w.Flush(); }")]
    [InlineData("string Copy(string x) { using var m = new MemoryStream(); using var w = new StreamWriter(m); w.Write(x); w.Flush(); m.Position = 0; return new StreamReader(m).ReadToEnd(); }")]
    [InlineData("long Write(string x, FileStream f) { using var w = new StreamWriter(f); w.Write(x); w.Flush(); return f.Position; }")]
    [InlineData("void Run(System.Net.Sockets.NetworkStream s, IEnumerable<byte> xs) { foreach (var x in xs) { s.WriteByte(x); s.Flush(); } }")]
    [InlineData("[CommitRelay.Performance.DurableWrite] void Write(string x) { _w.WriteLine(x); _w.Flush(); }")]
    public Task NearMiss_IsNotFlagged(string members) => Rule.Code(Log(members));

    [Fact]
    public Task AutoFlush_IsJudgedWhereTheWriterIsUsed() => Rule.Code("""
        class Hot
        {
            private readonly StreamWriter _w;
            public Hot() { _w = new StreamWriter("a.log") { {|CRP0004:AutoFlush = true|} }; }
            async Task Run(ChannelReader<string> r) { await foreach (var x in r.ReadAllAsync()) Write(x); }
            private void Write(string x) => _w.WriteLine(x);
        }
        class Cold
        {
            private readonly StreamWriter _w = new("a.log") { {|CRP0003:AutoFlush = true|} };
            void Write(string x) => _w.WriteLine(x);
        }
        class Unused
        {
            private readonly StreamWriter _w = new("a.log") { AutoFlush = true };
            public StreamWriter Writer => _w;
            void Once() { using var w = new StreamWriter("b.log") { AutoFlush = true }; w.WriteLine("x"); }
            void Pipe(System.Diagnostics.Process p) { p.StandardInput.AutoFlush = true; p.StandardInput.WriteLine("x"); }
        }
        """);
}
