using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.StateFileAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class StateFileTests
{
    private static string Store(string members) => $$"""
        class T { public int N; }
        class Store
        {
            private const string P = "state.json";
            private readonly List<T> _all = [];
            private readonly object _lock = new();
            private List<T> Load() => JsonSerializer.Deserialize<List<T>>(File.ReadAllText(P))!;
            {{members}}
        }
        """;

    [Theory]
    [InlineData("void Save() { {|CRP0021:File.WriteAllText(P, JsonSerializer.Serialize(_all))|}; }")]
    [InlineData("void Save() { var json = JsonSerializer.SerializeToUtf8Bytes(_all); {|CRP0021:File.WriteAllBytes(P, json)|}; }")]
    [InlineData("void Save() { using var f = {|CRP0021:File.Create(P)|}; JsonSerializer.Serialize(f, _all); }")]
    [InlineData("async Task Save() { await using var f = {|CRP0021:new FileStream(P, FileMode.Create)|}; await JsonSerializer.SerializeAsync(f, _all); }")]
    [InlineData("void Change() { var l = Load(); l.Add(new T()); {|CRP0020:File.WriteAllText(P, JsonSerializer.Serialize(l))|}; }")]
    [InlineData("void Change() { lock (_lock) { var l = Load(); l.Add(new T()); {|CRP0021:File.WriteAllText(P, JsonSerializer.Serialize(l))|}; } }")]
    [InlineData("void All(IEnumerable<T> ts) { foreach (var t in ts) { var l = Load(); l.Add(t); {|CRP0022:File.WriteAllText(P, JsonSerializer.Serialize(l))|}; } }")]
    [InlineData("void All(IEnumerable<T> ts) { foreach (var t in ts) One(t); } void One(T t) { var l = Load(); l.Add(t); {|CRP0022:File.WriteAllText(P, JsonSerializer.Serialize(l))|}; }")]
    public Task StateWrittenInPlace_IsFlagged(string members) => Rule.Code(Store(members));

    [Theory]
    [InlineData("void Save() { File.WriteAllText(P + \".tmp\", JsonSerializer.Serialize(_all)); File.Move(P + \".tmp\", P, true); }")]
    [InlineData("void Save() { File.Copy(P, P + \".bak\", true); File.WriteAllText(P, JsonSerializer.Serialize(_all)); }")]
    [InlineData("void Init() { if (!File.Exists(P)) File.WriteAllText(P, JsonSerializer.Serialize(_all)); }")]
    [InlineData("void Init() { if (File.Exists(P)) return; File.WriteAllText(P, JsonSerializer.Serialize(_all)); }")]
    [InlineData("void Clear() { File.WriteAllText(P, \"[]\"); }")]
    [InlineData("void Clear() { File.WriteAllText(P, JsonSerializer.Serialize(new List<T>())); }")]
    [InlineData("void Mark() { File.WriteAllText(\"worker.pid\", JsonSerializer.Serialize(1)); }")]
    [InlineData("void Export(string to) { File.WriteAllText(to, JsonSerializer.Serialize(_all)); }")]
    [InlineData("void Save(string to) { File.WriteAllText(to, JsonSerializer.Serialize(_all)); }")] // nobody reads it here
    [InlineData("void Page(string html) { File.WriteAllText(\"index.html\", html.Replace(\"a\", \"b\")); }")] // no state
    [InlineData("void Dispose() { File.WriteAllText(P, JsonSerializer.Serialize(_all)); }")]
    public Task NearMiss_IsNotFlagged(string members) => Rule.Code(Store(members));

    [Fact]
    public Task FileThatItsReaderRebuilds_IsNotFlagged() => Rule.Code("""
        class Cache
        {
            private const string P = "cache.json";
            private List<int> _all = [];
            void Load() { try { _all = JsonSerializer.Deserialize<List<int>>(File.ReadAllText(P))!; } catch (JsonException) { _all = []; } }
            void Save() { File.WriteAllText(P, JsonSerializer.Serialize(_all)); }
        }
        """);

    [Fact]
    public Task OneFindingAMethodAndFile() => Rule.Code("""
        class Twice
        {
            private const string P = "state.json";
            void Save(bool a, int n)
            {
                if (a) {|CRP0021:File.WriteAllText(P, JsonSerializer.Serialize(n))|};
                else File.WriteAllText(P, JsonSerializer.Serialize(-n));
            }
        }
        """);
}
