using System.Text;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Commands;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class ReportTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2025, 12, 30, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _home = new();

    public ReportTests() => Directory.CreateDirectory(_home["coordination"]);

    [Fact]
    public async Task Axes_BeginAtTheFirstRecord_AndSayTheYearWhereItIsAnother()
    {
        Write("metrics-snapshots.jsonl", [.. Enumerable.Range(0, 5).Select(static day => $$$"""{"timestamp":"{{{Begin.AddDays(day):yyyy-MM-dd'T'HH:mm:ss'Z'}}}","tasks":{"pending":{{{day}}}}}""")]);
        Write("dashboard-events.jsonl", """{"timestamp":"2026-01-02T12:00:00Z","type":"a"}""");
        Write("task-queue.json", """{"tasks":[{"id":"a","created_at":"2026-01-01T00:00:00Z","assigned_at":"2026-01-01T00:05:00Z"}]}""");
        var answer = (await ToolRun.OfAsync("report", "--html", _home["report.html"], "--since", "9999d", "--home", _home.Path, "--json")).Fine().Json;
        Assert.Equal("2025-12-30T00:00:00+00:00", answer.GetProperty("since").GetString());
        var page = File.ReadAllText(_home["report.html"]);
        foreach (var label in (string[])[">Dec 30 2025<", ">Dec 31<", ">Jan 1 2026<", ">Jan 3<", "p90", "5 min 0 s"])
            Assert.Contains(label, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_ThatHoldsNothingThatCanBeRead_StillMakesAPage()
    {
        Directory.CreateDirectory(_home["coordination", "metrics-snapshots.jsonl"]);
        Write("task-queue.json", "{");
        Write("dashboard-events.jsonl", """{"timestamp":"0001-01-01T00:00:00Z","type":"<script>"}""");
        foreach (var since in (string[])["0s", "7d", "999y".Replace("y", "w", StringComparison.Ordinal)])
            (await ToolRun.OfAsync("report", "--html", _home["report.html"], "--since", since, "--home", _home.Path)).Fine();
        var page = File.ReadAllText(_home["report.html"]);
        Assert.Contains("task-queue.json", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_HoldEachValueOnce_WhateverTheWindow()
    {
        var bins = new TimeBins();
        var random = new Random(1);
        var times = Enumerable.Range(0, 500).Select(_ => Begin.AddMinutes(random.Next(10_000))).ToList();
        foreach (var at in times)
            bins.Count(at, 1);
        foreach (var minutes in (int[])[0, 1, 77, 5000, 9990])
        {
            var since = Begin.AddMinutes(minutes);
            var columns = bins.Columns(since, Begin.AddMinutes(10_000), static counts => counts.Sum());
            Assert.Equal(times.Count(at => at >= since), columns.Sum(static column => column.Value));
            Assert.True(columns.Count <= 84);
            Assert.All(columns, column => Assert.InRange(column.At, since, Begin.AddMinutes(10_000)));
        }
    }

    [Theory]
    [InlineData(50, 2)]
    [InlineData(75, 3)]
    [InlineData(99, 4)]
    [InlineData(100, 4)]
    [InlineData(0, 1)]
    public void Percentile_IsTheNearestRank(int percent, double expected) => Assert.Equal(expected, Percentiles.OfUnsorted([4, 1, 3, 2], percent));

    public void Dispose() => _home.Dispose();

    private void Write(string name, params string[] lines) => File.WriteAllText(_home["coordination", name], string.Join('\n', lines) + "\n", new UTF8Encoding(false));
}
