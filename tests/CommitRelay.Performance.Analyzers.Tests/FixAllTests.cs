using CommitRelay.Performance.Analyzers.Rules;
using CommitRelay.Performance.CodeFixes.Rules;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Several places of one file fixed in one go, as <c>dotnet format analyzers</c> and the editor's "Fix all" do it.</summary>
public sealed class FixAllTests
{
    [Fact]
    public Task AtomicReplace_AtThreePlaces_FixesAll() => Verify<StateFileAnalyzer>.Fix<AtomicReplaceCodeFix>("""
        class State { public int Count { get; set; } }

        class Store(string path)
        {
            public void Add()
            {
                var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path))!;
                state.Count++;
                {|CRP0020:File.WriteAllText(path, JsonSerializer.Serialize(state))|};
            }

            public async Task Take()
            {
                var state = JsonSerializer.Deserialize<State>(await File.ReadAllTextAsync(path))!;
                state.Count--;
                await {|CRP0020:File.WriteAllTextAsync(path, JsonSerializer.Serialize(state))|};
            }

            public void Clear()
            {
                // Nothing counted yet.
                var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path))!;
                state.Count = 0;
                {|CRP0020:File.WriteAllText(path, JsonSerializer.Serialize(state))|}; // kept
            }
        }
        """, """
        class State { public int Count { get; set; } }

        class Store(string path)
        {
            public void Add()
            {
                var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path))!;
                state.Count++;
                File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(state));
                File.Move(path + ".tmp", path, overwrite: true);
            }

            public async Task Take()
            {
                var state = JsonSerializer.Deserialize<State>(await File.ReadAllTextAsync(path))!;
                state.Count--;
                await File.WriteAllTextAsync(path + ".tmp", JsonSerializer.Serialize(state));
                File.Move(path + ".tmp", path, overwrite: true);
            }

            public void Clear()
            {
                // Nothing counted yet.
                var state = JsonSerializer.Deserialize<State>(File.ReadAllText(path))!;
                state.Count = 0;
                File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(state));
                File.Move(path + ".tmp", path, overwrite: true); // kept
            }
        }
        """);

    [Fact]
    public Task WholeFileJson_AtThreePlaces_FixesAll() => Verify<WholeFileJsonAnalyzer>.Fix<WholeFileJsonCodeFix>("""
        class Tables
        {
            public static List<int>? Numbers(string path) => JsonSerializer.Deserialize<List<int>>({|CRP0014:File.ReadAllText(path)|});

            public static List<string>? Words(string path)
            {
                return JsonSerializer.Deserialize<List<string>>({|CRP0014:File.ReadAllText(path)|});
            }

            public static List<long>? Wide(string path)
            {
                // Names as the web writes them.
                return JsonSerializer.Deserialize<List<long>>({|CRP0014:File.ReadAllText(path)|}, JsonSerializerOptions.Web);
            }
        }
        """, """
        class Tables
        {
            public static List<int>? Numbers(string path)
            {
                using var stream = File.OpenRead(path);
                return JsonSerializer.Deserialize<List<int>>(stream);
            }

            public static List<string>? Words(string path)
            {
                using var stream = File.OpenRead(path);
                return JsonSerializer.Deserialize<List<string>>(stream);
            }

            public static List<long>? Wide(string path)
            {
                // Names as the web writes them.
                using var stream = File.OpenRead(path);
                return JsonSerializer.Deserialize<List<long>>(stream, JsonSerializerOptions.Web);
            }
        }
        """);
}
