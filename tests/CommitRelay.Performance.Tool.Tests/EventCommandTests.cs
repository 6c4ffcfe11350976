using System.IO.Pipelines;
using System.Text;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class EventCommandTests : IDisposable
{
    private readonly TempFolder _home = new();

    private string Events => _home["coordination", "dashboard-events.jsonl"];

    public EventCommandTests() => Directory.CreateDirectory(_home["coordination"]);

    [Fact]
    public async Task Append_WritesTheLinesThatAreJsonAndNamesTheOthers()
    {
        var run = await ToolRun.OfAsync("{\"n\":1}\nno json\n\n{\"n\":2.0}", TimeProvider.System, "events", "append", Events, "--durable", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("{\"n\":1}\n{\"n\":2.0}\n", File.ReadAllText(Events));
        Assert.Equal(2, run.Json.GetProperty("events").GetInt64());
        Assert.Equal(18, run.Json.GetProperty("bytes").GetInt64());
        Assert.Equal(1, run.Json.GetProperty("rejected").GetInt64());
        Assert.True(run.Json.GetProperty("flushes").GetInt64() >= 1);
        Assert.Contains("line 2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FindsEventsOfATypeByTheFirstMemberThatSaysIt()
    {
        File.WriteAllText(Events, """
            {"type":"a","n":1}
            {
              "event_type": "a",
              "n": 2
            }
            {"event":"a","n":3}{"type":"b","event":"a","n":4}

            """);
        var run = (await OfHomeAsync("events", "read", "--type", "a")).Fine();
        Assert.Equal(["""{"type":"a","n":1}""", """{  "event_type": "a",  "n": 2}""", """{"event":"a","n":3}"""], run.Lines);
        Assert.Equal(["""{"type":"b","event":"a","n":4}"""], (await OfHomeAsync("events", "read", "--last", "1")).Fine().Lines);
        Assert.Equal(["""{"event":"a","n":3}"""], (await OfHomeAsync("events", "read", "--where", "n=3")).Fine().Lines);
    }

    [Fact]
    public async Task Read_OfDamage_GoesOnAndSaysSo()
    {
        File.WriteAllText(Events, "{\"n\":1}\n{\"n\": ,}\n{\"n\":3}\n");
        var run = await OfHomeAsync("events", "read");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["{\"n\":1}", "{\"n\":3}"], run.Lines);
        Assert.Contains("bytes 8 to", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emit_WritesOneEventAndPrintsIt()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var run = (await ToolRun.OfAsync("", time, "events", "emit", "--type", "maintenance", "--severity", "info", "--message", "done", "--data", """{"n":1}""", "--home", _home.Path)).Fine();
        Assert.Equal(run.Out, File.ReadAllText(Events));
        Assert.Equal("maintenance", run.Json.GetProperty("type").GetString());
        Assert.Equal(1, run.Json.GetProperty("data").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Trim_KeepsTheLastEvents()
    {
        File.WriteAllText(Events, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        var dry = (await ToolRun.OfAsync("events", "trim", Events, "--keep", "2", "--dry-run", "--json")).Fine();
        Assert.Equal("""{"kept":2,"dropped":1,"bytes_saved":8}""", dry.Out.Trim());
        Assert.Equal(24, new FileInfo(Events).Length);
        var done = (await ToolRun.OfAsync("events", "trim", Events, "--keep", "2", "--json")).Fine();
        Assert.Equal("""{"kept":2,"dropped":1,"bytes_saved":8,"undo_bytes":24}""", done.Out.Trim());
        Assert.Equal("{\"n\":2}\n{\"n\":3}\n", File.ReadAllText(Events));
    }

    [Fact]
    public async Task RollAndCompress_LeaveOnePartThatReadsAsBefore()
    {
        File.WriteAllText(Events, "{\"n\":1}\n");
        var rolled = (await ToolRun.OfAsync("events", "roll", Events, "--json")).Fine().Json;
        var part = rolled.GetProperty("file").GetString()!;
        Assert.Equal("{\"n\":1}\n", File.ReadAllText(part));
        Assert.False(File.Exists(Events) && new FileInfo(Events).Length > 0);

        Assert.Empty((await OfHomeAsync("events", "compress", "--json")).Fine().Json.GetProperty("files").EnumerateArray());
        var would = (await OfHomeAsync("events", "compress", "--older-than", "0s", "--dry-run", "--json")).Fine().Json;
        Assert.Equal(part, would.GetProperty("files")[0].GetProperty("file").GetString());
        (await OfHomeAsync("events", "compress", "--older-than", "0s")).Fine();
        Assert.False(File.Exists(part));
        Assert.Equal(["{\"n\":1}"], (await ToolRun.OfAsync("events", "read", part + ".gz")).Fine().Lines);
    }

    [Fact]
    public async Task Stats_OfStandardInput_CountsAsOfAFile()
    {
        var run = (await ToolRun.OfAsync("# no event\n{\"type\":\"a\",\"timestamp\":\"2025-01-01T00:00:00Z\"}\n", TimeProvider.System, "events", "stats", "-", "--json")).Fine().Json;
        Assert.Equal(2, run.GetProperty("newlines").GetInt64());
        Assert.Equal(1, run.GetProperty("valid_lines").GetInt64());
        Assert.Equal("[[0,11]]", run.GetProperty("records").GetProperty("damaged_regions").GetRawText());
    }

    [Fact]
    public async Task Read_OfAPipe_ShowsAnEventBeforeTheNextHasCome()
    {
        var (input, output) = (new Pipe(), new Pipe());
        var answer = PipeReader.Create(output.Reader.AsStream());
        using var error = new StringWriter();
        await input.Writer.WriteAsync("{\"n\":1}\n"u8.ToArray());
        var run = Task.Run(() => RelayPerf.RunAsync(["events", "read", "-"], new ToolHost { OpenInput = () => input.Reader.AsStream(), Out = new BufferedStream(output.Writer.AsStream(), 64 * 1024), Error = error }));

        // Were it kept back, this would wait for ever.
        var shown = await answer.ReadAtLeastAsync(8);
        Assert.Equal("{\"n\":1}\n", Encoding.UTF8.GetString(shown.Buffer));
        answer.AdvanceTo(shown.Buffer.End);
        await input.Writer.WriteAsync("{\"n\":2}"u8.ToArray());
        await input.Writer.CompleteAsync();
        Assert.Equal(0, await run);
        await output.Writer.CompleteAsync();
        Assert.Equal("{\"n\":2}\n", Encoding.UTF8.GetString((await answer.ReadAtLeastAsync(8)).Buffer));
    }

    [Fact]
    public async Task Read_OfStandardInput_AnswersAsOfAFile()
    {
        const string text = "# no event\n{\"type\":\"a\",\"n\":1}\n{\"type\":\"b\"}\n{\"type\":\"a\",\n\"n\":2}\n{broken}\n{\"type\":\"a\",\"n\":3}";
        File.WriteAllText(Events, text);
        foreach (var args in (string[][])[[], ["--type", "a"], ["--last", "2"], ["--last", "0"], ["--type", "a", "--last", "2"]])
        {
            var file = await ToolRun.OfAsync(["events", "read", Events, .. args]);
            var piped = await ToolRun.OfAsync(text, TimeProvider.System, ["events", "read", "-", .. args]);
            Assert.Equal(file.Lines, piped.Lines);
            if (!args.Contains("0") && !args.Contains("--last"))
            {
                Assert.Equal(1, piped.ExitCode);
                Assert.Equal(file.Error.Replace(Events, "standard input", StringComparison.Ordinal), piped.Error);
            }
        }
    }

    public void Dispose() => _home.Dispose();

    private Task<ToolRun> OfHomeAsync(params string[] args) => ToolRun.OfAsync([.. args, "--home", _home.Path]);
}
