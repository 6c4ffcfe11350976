using CommitRelay.Performance.Analyzers.Rules;
using CommitRelay.Performance.CodeFixes.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.WholeFileJsonAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class WholeFileJsonTests
{
    private static string Worker(string body, string members = "") => $$"""
        class T { }
        class W : BackgroundService
        {
            private readonly string _path = "tasks.json";
            {{members}}
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                await Task.Yield();
                {{body}}
            }
            private static List<T>? Use(string path, string json) => null;
        }
        """;

    [Theory]
    [InlineData("var x = JsonSerializer.Deserialize<List<T>>({|CRP0010:File.ReadAllText(_path)|});")]
    [InlineData("var json = await {|CRP0010:File.ReadAllTextAsync(_path, ct)|}; var x = JsonSerializer.Deserialize<List<T>>(json);")]
    [InlineData("string json; json = {|CRP0010:File.ReadAllText(_path)|}; if (string.IsNullOrWhiteSpace(json) || json.Length == 0) return; using var x = JsonDocument.Parse(json);")]
    [InlineData("var bytes = {|CRP0010:File.ReadAllBytes(_path)|}; var x = JsonSerializer.Deserialize<T>(bytes);")]
    [InlineData("var x = Newtonsoft.Json.JsonConvert.DeserializeObject<T>({|CRP0010:File.ReadAllText(_path)|});")]
    [InlineData("var x = Newtonsoft.Json.Linq.JObject.Parse({|CRP0010:File.ReadAllText(_path)|});")]
    [InlineData("using var r = new StreamReader(_path); var x = JsonSerializer.Deserialize<T>({|CRP0010:r.ReadToEnd()|});")]
    [InlineData("using var r = File.OpenText(_path); var x = JsonSerializer.Deserialize<T>(await {|CRP0010:r.ReadToEndAsync(ct)|});")]
    [InlineData("var x = Parse({|CRP0010:File.ReadAllText(_path)|}); static T? Parse(string json) => JsonSerializer.Deserialize<T>(json);")]
    [InlineData("while (true) { var x = {|CRP0011:JsonSerializer.Deserialize<T>({|CRP0010:File.ReadAllText(_path)|})|}; await Task.Delay(100, ct); }")]
    public Task WholeFileParsedInWorker_IsFlagged(string body) => Rule.Code(Worker(body));

    [Theory]
    [InlineData("var json = File.ReadAllText(_path); var x = JsonSerializer.Deserialize<T>(json); Console.WriteLine(json);")] // used again
    [InlineData("var json = File.ReadAllText(_path); try { JsonSerializer.Deserialize<T>(json); } catch (JsonException e) { throw new IOException(json, e); }")]
    [InlineData("var json = File.ReadAllText(_path); if (ct.IsCancellationRequested) json = \"{}\"; var x = JsonSerializer.Deserialize<T>(json);")] // two paths
    [InlineData("var x = JsonSerializer.Deserialize<T>(File.ReadAllText(_path).Trim());")]
    [InlineData("var x = Use(_path, File.ReadAllText(_path));")]
    [InlineData("var x = JsonSerializer.Deserialize<T>(File.ReadAllText(\"appsettings.json\"));")] // small settings
    [InlineData("var configPath = _path; var x = JsonSerializer.Deserialize<T>(File.ReadAllText(configPath));")]
    [InlineData("var x = File.ReadAllText(_path);")]
    [InlineData("try { ct.ThrowIfCancellationRequested(); } catch { var x = JsonSerializer.Deserialize<T>(File.ReadAllText(_path)); }")]
    [InlineData("using var s = await new HttpClient().GetStreamAsync(\"http://x\", ct); using var r = new StreamReader(s); var x = JsonSerializer.Deserialize<T>(r.ReadToEnd());")]
    public Task NearMiss_IsNotFlagged(string body) => Rule.Code(Worker(body));

    [Fact]
    public Task WholeFileParsedElsewhere_IsAnInfo() => Rule.Code("""
        class T { }
        class Store
        {
            List<T> Load(string p) => File.Exists(p) ? JsonSerializer.Deserialize<List<T>>({|CRP0014:File.ReadAllText(p, Encoding.UTF8)|})! : [];
            void All(string[] files) { foreach (var f in files) { var s = {|CRP0014:File.ReadAllText(f)|}; var o = JsonSerializer.Deserialize<T>(s); } }
        }
        class Loader
        {
            private readonly T? _t;
            public Loader() => _t = Read("x.json");
            private static T? Read(string p) => JsonSerializer.Deserialize<T>(File.ReadAllText(p));
            private static readonly Lazy<T?> Once = new(() => JsonSerializer.Deserialize<T>(File.ReadAllText("y.json")));
        }
        class Program { static void Main() { var x = JsonSerializer.Deserialize<T>(File.ReadAllText("data.json")); } }
        """);

    [Fact]
    public Task Fix_ReturnsFromTheStream() => Rule.Fix<WholeFileJsonCodeFix>("""
        class T { }
        class C
        {
            T? Load(string p)
            {
                // read it
                return JsonSerializer.Deserialize<T>({|CRP0014:File.ReadAllText(p)|});
            }

            T? Arrow(string p) => JsonSerializer.Deserialize<T>({|CRP0014:File.ReadAllText(p)|}, JsonSerializerOptions.Web);
        }
        """, """
        class T { }
        class C
        {
            T? Load(string p)
            {
                // read it
                using var stream = File.OpenRead(p);
                return JsonSerializer.Deserialize<T>(stream);
            }

            T? Arrow(string p)
            {
                using var stream = File.OpenRead(p);
                return JsonSerializer.Deserialize<T>(stream, JsonSerializerOptions.Web);
            }
        }
        """);

    [Fact]
    public Task Fix_ClosesTheStreamBeforeTheRest() => Rule.Fix<WholeFileJsonCodeFix>(Worker("""
        var json = await {|CRP0010:File.ReadAllTextAsync(_path, ct)|};
                var list = JsonSerializer.Deserialize<List<T>>(json) ?? [];
                File.WriteAllText(_path, JsonSerializer.Serialize(list));
        """), Worker("""
        List<T>? list;
                using (var stream = File.OpenRead(_path))
                {
                    list = await JsonSerializer.DeserializeAsync<List<T>>(stream, cancellationToken: ct) ?? [];
                }
                File.WriteAllText(_path, JsonSerializer.Serialize(list));
        """));
}
