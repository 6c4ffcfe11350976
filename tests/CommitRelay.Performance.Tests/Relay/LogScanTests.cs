using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CsCheck;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class LogScanTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("status code ")]
    [InlineData("http:")]
    [InlineData("ratelimit")]
    [InlineData("rate limit ")]
    [InlineData("too many ")]
    [InlineData("\"message\":\"http:")]
    [InlineData("error\t \t ")]
    public void LineOfMegabytes_ThatRepeatsTheWordsOfARefusal_HoldsNobodyUp(string words)
    {
        var line = new System.Text.StringBuilder("429 ").Insert(0, words, 4_000_000 / words.Length).ToString();
        foreach (var name in (string[])["agents/logs/a.log", "coordination/a.jsonl"])
            _folder.Write(name, $"{line}\nHTTP 429\n{{\"status\":429}}\n");
        Assert.Equal(3, LogScan.RefusedCalls(Home).LinesTotal);
    }

    private RelayHome Home => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void RateLimitLines_OfARealHome_AreThoseThatGrepFinds_AndNoneOfThemIsARefusedCall()
    {
        var home = new RelayHome(Path.Combine(Repository.Shared!, "corpus", "home"));
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json")));
        var expected = document.RootElement.GetProperty("rate_limit_lines");
        var actual = LogScan.RateLimits(home);
        Assert.Equal(expected.GetProperty("by_file").EnumerateObject().Select(file => (file.Name, file.Value.GetInt64())).Order(), actual.ByFile.Select(file => (file.Key, file.Value)).Order());
        Assert.Equal(expected.GetProperty("lines_total").GetInt64(), actual.LinesTotal);
        Assert.Equal(expected.GetProperty("log_files").GetInt32(), actual.LogFiles);
        Assert.Equal(0, LogScan.RefusedCalls(home, new() { Compressed = true }).LinesTotal);
    }

    [Fact]
    public void Search_FindsTheLinesOfASlowModel_WhateverLiesAround()
    {
        string[] pieces = ["rate", "RATE", "limit", "Limit", "429", "too many", "TOO MANY", "too", " ", "\n", "\n", "\r\n", "4", "2", "9", "\u0014\u0012\u0019", "too\0many", "x", "é"];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]).Array[0, 40], Gen.Bool).Sample((texts, ends) =>
        {
            var text = string.Concat(texts) + (ends ? "\n" : "");
            _folder.Write("a.log", text);
            var model = text.Split('\n').Select((line, index) => (Line: line, Number: index + 1L)).Where(one => Regex.IsMatch(one.Line, "rate.*limit|429|too many", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)).ToArray();
            var actual = LogScan.RateLimits(Home, new() { Last = 100 });
            return actual.LinesTotal == model.Length && actual.Last.Select(line => line.Line).SequenceEqual(model.Select(one => one.Number));
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Line_ThatCrossesTheBuffer_IsFoundOnceAndWhole()
    {
        var filler = new string('x', 512 * 1024 - 3);
        _folder.Write("a.log", $"{filler}429\nerror {new string('y', 3 * 1024 * 1024)} 429");
        var found = LogScan.RateLimits(Home);
        Assert.Equal(2, found.LinesTotal);
        Assert.Equal([1L, 2L], found.Last.Select(line => line.Line));
        Assert.Equal(4096, found.Last[0].Text.Length);
    }

    [Theory]
    [InlineData("2026-11-24 12:00:00 ERROR HTTP 429 Too Many Requests", true)]
    [InlineData("API call failed: status=429", true)]
    [InlineData("status code: 429, retrying in 3 s", true)]
    [InlineData("Error 429: rate limit exceeded", true)]
    [InlineData("anthropic: rate_limit_error: This request would exceed", true)]
    [InlineData("Rate limit reached for model", true)]
    [InlineData("response was 429", true)]
    [InlineData("got 429 (Too Many Requests) from the API", true)]
    [InlineData("status healthy, active for 429 s", false)]
    [InlineData("took 429 ms, status 200", false)]
    [InlineData("error 429 times in a row", false)]
    [InlineData("worker-429 started", false)]
    [InlineData("2026-11-24T12:00:00.429Z request done, status 200", false)]
    [InlineData("request took 429 ms", false)]
    [InlineData("status of task-1762342914-429", false)]
    [InlineData("rate limit settings loaded", false)]
    [InlineData("processed 14290 items, error rate 0, limit 5", false)]
    public void LogLine_IsARefusedCall_OnlyWhenACallWasRefused(string line, bool refused)
        => Assert.Equal(refused, LogScan.IsRefusal(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("""{"timestamp":"2026-11-24T12:00:00Z","type":"api_call","status":429}""", true)]
    [InlineData("""{"error":{"type": "rate_limit_error", "message":"x"}}""", true)]
    [InlineData("""{"level":"error","message":"POST failed: HTTP 429"}""", true)]
    [InlineData("""{"id":"evt-1762342914-429","status":"ok"}""", false)]
    [InlineData("""{"retry_logic":["Exponential backoff for rate limiting (429)","Retry on server errors (5xx)"]}""", false)]
    [InlineData("""{"rate_limit_handling":"429 status code with exponential backoff"}""", false)]
    public void Record_IsARefusedCall_OnlyByItsStatusTypeOrMessage(string record, bool refused)
        => Assert.Equal(refused, LogScan.IsRefusalRecord(Encoding.UTF8.GetBytes(record)));

    [Fact]
    public void Files_ThatAreRotatedOrCompressed_AreReadWhenAsked()
    {
        _folder.Write("agents/logs/a.log", "HTTP 429\n");
        _folder.Write("agents/logs/a.log.1", "HTTP 429\n");
        using (var gzip = new GZipStream(File.Create(_folder["agents", "logs", "a.log.2.gz"]), CompressionLevel.Fastest))
            gzip.Write("HTTP 429\nnothing\n"u8);
        _folder.Write("settings.json", "\"status 429\"");
        Assert.Equal(3, LogScan.RateLimits(Home).LinesTotal);
        Assert.Equal(2, LogScan.RefusedCalls(Home).LinesTotal);
        Assert.Equal(3, LogScan.RefusedCalls(Home, new() { Compressed = true }).LinesTotal);
    }

    [Fact]
    public void CompressedFile_ThatIsCutShortBetweenTwoBlocks_IsNamed()
    {
        var path = _folder["agents", "logs", "a.log.gz"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        long cut;
        using (var file = File.Create(path))
        {
            using var gzip = new GZipStream(file, CompressionLevel.Fastest);
            gzip.Write("HTTP 429\n"u8);
            gzip.Flush();
            cut = file.Length;
            gzip.Write("HTTP 429\n"u8);
        }

        Assert.Equal(2, LogScan.RefusedCalls(Home, new() { Compressed = true }).LinesTotal);
        using (var file = File.OpenWrite(path))
            file.SetLength(cut);
        Assert.Equal("agents/logs/a.log.gz", Assert.Single(LogScan.RefusedCalls(Home, new() { Compressed = true }).Unreadable).Key);
    }

    [Fact]
    public void File_ThatIsNoGzipThoughItSaysSo_IsNamed_AndTheScanGoesOn()
    {
        _folder.Write("agents/logs/a.log.gz", "no gzip");
        _folder.Write("agents/logs/b.log", "error\n");
        var found = LogScan.Errors(Home, new() { Compressed = true });
        Assert.Equal("agents/logs/a.log.gz", Assert.Single(found.Unreadable).Key);
        Assert.Equal(1, found.LinesTotal);
    }

    [Fact]
    public void Last_AreOfTheFilesLastWrittenTo()
    {
        File.SetLastWriteTimeUtc(_folder.Write("a.log", "error 1\nerror 2\n"), new DateTime(2026, 11, 2, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(_folder.Write("b.log", "error 3\n"), new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(["error 1", "error 2"], LogScan.Errors(Home, new() { Last = 2 }).Last.Select(line => line.Text));
    }

    [Fact]
    public void Last_OfManyFiles_AreTheLastOfAll()
    {
        for (var n = 0; n < 50; n++)
            File.SetLastWriteTimeUtc(_folder.Write($"{n * 7 % 50:D2}.log", $"error {n}\nerror {n} again\n"), new DateTime(2026, 11, 1, 0, n, 0, DateTimeKind.Utc));
        var found = LogScan.Errors(Home, new() { Last = 3, ByFile = false });
        Assert.Equal(["error 48 again", "error 49", "error 49 again"], found.Last.Select(line => line.Text));
        Assert.Equal((100, 50), (found.LinesTotal, found.LogFiles));
        Assert.Empty(found.ByFile);
    }
}
