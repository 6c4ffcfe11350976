using System.Runtime.Loader;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Runs code before and after its fixes on the same data, and compares what it returns and every file it leaves.</summary>
public sealed class DifferentialTests
{
    private static readonly string[][] Items =
    [
        [],
        ["one"],
        ["one\n", "", "zwei ü\n", "三 🎉", "a\r\nb", "\"quoted\"\t"],
        [.. Enumerable.Range(0, 500).Select(static i => $"line {i} {new string('x', i % 97)}\n")],
    ];

    private static readonly string[] Jsons =
    [
        "[]", "[1,2,3]", "\uFEFF[1,2,3]", "[1,2,3] ", "[1,2", "", "null", "[1] trailing", "[1,\n2]\n",
    ];

    [Theory]
    [InlineData("foreach (var i in items) File.AppendAllText(path, i);")]
    [InlineData("foreach (var i in items) { File.AppendAllText(path, i + \"\\n\"); }")]
    [InlineData("foreach (var i in items) { Console.Out.Flush(); File.AppendAllLines(path, new[] { i, \"-\" }); }")]
    [InlineData("foreach (var i in items) File.AppendAllLines(path, [i]);")]
    [InlineData("foreach (var i in items) await File.AppendAllTextAsync(path, i);")]
    [InlineData("foreach (var i in items) await File.AppendAllTextAsync(path, i, ct);")]
    [InlineData("foreach (var i in items) await File.AppendAllLinesAsync(path, [i], ct).ConfigureAwait(false);")]
    [InlineData("foreach (var i in items) { var bytes = Encoding.UTF8.GetBytes(i); File.AppendAllBytes(path, bytes); }")]
    [InlineData("var q = new Queue<string>(items); while (q.TryDequeue(out var i)) { if (i.Length == 0) continue; File.AppendAllText(path, i); }")]
    public async Task Appends_LeaveTheSameFile(string body)
    {
        var source = $$"""
            static class Program
            {
                public static async Task<string> Run(string folder, string[] items)
                {
                    await Task.Yield();
                    var ct = CancellationToken.None;
                    var path = Path.Combine(Folder = folder, "out.log");
                    return await Go(items, ct);
                }

                private static string Folder = "";
                private static string Target => Path.Combine(Folder, "out.log");

                private static async Task<string> Go(IEnumerable<string> items, CancellationToken ct)
                {
                    await Task.Yield();
                    {{body.Replace("(path", "(Target", StringComparison.Ordinal)}}
                    return "done";
                }
            }
            """;
        var after = await FixedAndDifferent(source);
        foreach (var items in Items)
        {
            await CompareRuns(source, after, items, static _ => { });
            await CompareRuns(source, after, items, static folder => File.WriteAllText(Path.Combine(folder, "out.log"), "before\n"));
        }
    }

    [Theory]
    [InlineData("var list = JsonSerializer.Deserialize<List<int>>(File.ReadAllText(path)); return Show(list);")]
    [InlineData("var json = File.ReadAllText(path); var list = JsonSerializer.Deserialize<List<int>>(json); File.WriteAllText(path, \"again\"); return Show(list);")]
    [InlineData("var list = JsonSerializer.Deserialize<List<int>>(await File.ReadAllTextAsync(path, ct)) ?? []; return Show(list);")]
    [InlineData("var json = await File.ReadAllTextAsync(path).ConfigureAwait(false); var list = JsonSerializer.Deserialize<List<int>>(json, JsonSerializerOptions.Web); return Show(list);")]
    [InlineData("using var keep = new MemoryStream(); JsonDocument? d; d = JsonDocument.Parse(File.ReadAllText(path)); return d.RootElement.ToString();")]
    [InlineData("var stream = 1; var node = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path)); return node + stream.ToString();")]
    public async Task Parses_GiveTheSameResult(string body)
    {
        var source = $$"""
            static class Program
            {
                public static async Task<string> Run(string folder, string[] items)
                {
                    await Task.Yield();
                    return await Go(Path.Combine(folder, "in.json"), CancellationToken.None);
                }

                private static async Task<string> Go(string path, CancellationToken ct)
                {
                    await Task.Yield();
                    {{body}}
                }

                private static string Show(List<int>? list) => list is null ? "null" : string.Join(',', list);
            }
            """;
        var after = await FixedAndDifferent(source);
        foreach (var json in Jsons)
            await CompareRuns(source, after, [], folder => File.WriteAllText(Path.Combine(folder, "in.json"), json));
        await CompareRuns(source, after, [], static _ => { });
    }

    [Theory]
    [InlineData("private static void Save(List<string> l) => File.WriteAllText(Out, JsonSerializer.Serialize(l));")]
    [InlineData("private static void Save(List<string> l) { if (l.Count > 1) File.WriteAllBytes(Out, JsonSerializer.SerializeToUtf8Bytes(l)); }")]
    [InlineData("private static void Save(List<string> l) { var all = File.Exists(Out) ? JsonSerializer.Deserialize<List<string>>(File.ReadAllText(Out))! : []; all.AddRange(l); File.WriteAllText(Out, JsonSerializer.Serialize(all)); }")]
    public async Task StateWrites_LeaveTheSameFile(string member)
    {
        var source = $$"""
            static class Program
            {
                private static string Out = "";

                public static async Task<string> Run(string folder, string[] items)
                {
                    await Task.Yield();
                    Out = Path.Combine(folder, "state.json");
                    Save([.. items]);
                    Save(["again", .. items]);
                    return "done";
                }

                {{member}}
            }
            """;
        var after = await FixedAndDifferent(source);
        foreach (var items in Items)
            await CompareRuns(source, after, items, static _ => { });
    }

    [Theory]
    [InlineData("foreach (var l in File.ReadAllLines(path)) sum += JsonSerializer.Deserialize<int>(l);")]
    [InlineData("foreach (var l in await File.ReadAllLinesAsync(path, ct)) { if (l.Length > 0) sum += JsonSerializer.Deserialize<int>(l); }")]
    public async Task JsonLines_GiveTheSameResult(string body)
    {
        var source = $$"""
            static class Program
            {
                public static Task<string> Run(string folder, string[] items) => Go(Path.Combine(folder, "in.jsonl"), CancellationToken.None);

                private static async Task<string> Go(string path, CancellationToken ct)
                {
                    await Task.Yield();
                    var sum = 0;
                    {{body}}
                    return sum.ToString();
                }
            }
            """;
        var after = await FixedAndDifferent(source);
        foreach (var lines in new[] { "", "1\n2\n3", "1\n\n2\n", "\uFEFF4\n5\n", "1\nbroken\n" })
            await CompareRuns(source, after, [], folder => File.WriteAllText(Path.Combine(folder, "in.jsonl"), lines));
    }

    private static async Task<string> FixedAndDifferent(string source)
    {
        var after = await Fixed.Apply(source);
        Assert.NotEqual(source, after);
        return after;
    }

    private static async Task CompareRuns(string before, string after, string[] items, Action<string> prepare)
    {
        var (result, files) = await Run(before, items, prepare);
        var (fixedResult, fixedFiles) = await Run(after, items, prepare);
        Assert.Equal(result, fixedResult);
        Assert.Equal(files.Keys, fixedFiles.Keys);
        foreach (var (name, bytes) in files)
            Assert.Equal(bytes, fixedFiles[name]);
    }

    /// <summary>What the code returns, or the kind of its exception, and the files it leaves.</summary>
    private static async Task<(string Result, SortedDictionary<string, byte[]> Files)> Run(string source, string[] items, Action<string> prepare)
    {
        using var folder = new TempFolder();
        prepare(folder.Path);
        var run = Programs.GetOrAdd(source, Load);
        string result;
        try
        {
            result = await run(folder.Path, items);
        }
        catch (Exception e)
        {
            result = e.GetType().Name;
        }

        return (result, new(Directory.GetFiles(folder.Path).ToDictionary(static f => Path.GetFileName(f)!, File.ReadAllBytes), StringComparer.Ordinal));
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Func<string, string[], Task<string>>> Programs = [];

    private static Func<string, string[], Task<string>> Load(string source)
    {
        using var image = new MemoryStream();
        Assert.True(Compiled.Compile(source).Emit(image).Success);
        image.Position = 0;
        var assembly = new AssemblyLoadContext(null).LoadFromStream(image);
        return assembly.GetType("Program")!.GetMethod("Run")!.CreateDelegate<Func<string, string[], Task<string>>>();
    }
}
