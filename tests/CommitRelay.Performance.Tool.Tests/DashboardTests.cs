using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Tool.Commands;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class DashboardTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(100)]
    [InlineData(120)]
    [InlineData(160)]
    [InlineData(200)]
    public void Picture_AtAnyWidth_FillsItAndNotMore(int width)
    {
        var lines = Draw(new DashboardView(), width);
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} columns: {line}"));
        Assert.Contains(lines, line => line.Length > width - 4);
        var text = string.Join('\n', lines);
        foreach (var part in (string[])["queued", "1,234", "alerts", "disk full", "tokens", "-743,000", "worker-7", "task_done", "dotnet", "█"])
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(40, 5)]
    [InlineData(100, 1)]
    public void Picture_OfATerminal_StaysAboveItsLastRow(int width, int height)
        => Assert.True(Draw(new DashboardView(), width, height).Count < Math.Max(2, height));

    [Fact]
    public void Picture_OfAWideTerminal_HasFourPanelsSideBySide()
    {
        Assert.Equal(2, Draw(new DashboardView(), 100)[1].Count(static c => c == '╭'));
        Assert.Equal(4, Draw(new DashboardView(), 200)[1].Count(static c => c == '╭'));
    }

    [Fact]
    public void Keys_SortFilterAndEnd()
    {
        var view = new DashboardView();
        Assert.True(view.Take('f'));
        var text = string.Join('\n', Draw(view, 200));
        Assert.DoesNotContain("task_done", text, StringComparison.Ordinal);
        Assert.Contains("worker_lost", text, StringComparison.Ordinal);
        Assert.True(view.Take('s'));
        Assert.Contains("processes by memory", string.Join('\n', Draw(view, 200)), StringComparison.Ordinal);
        Assert.False(view.Take('x'));
        Assert.False(view.HasEnded);
        Assert.True(view.Take('q') && view.HasEnded);
    }

    [Theory]
    [InlineData(new double[] { }, "")]
    [InlineData(new double[] { 0, 4, 8 }, "▁▄█")]
    [InlineData(new double[] { 9, 9, 0, 0, 8 }, "▁▁█")]
    public void Spark_ShowsTheLastValuesThatFit(double[] values, string expected) => Assert.Equal(expected, Dashboard.Spark(values, 3));

    private static List<string> Draw(DashboardView view, int width, int height = int.MaxValue)
    {
        using var writer = new StringWriter();
        var console = Terminal.Create(writer, null);
        console.Profile.Width = width;
        console.Write(Dashboard.Render(State(), view, width, height));
        return [.. writer.ToString().Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0)];
    }

    private static DashboardState State()
    {
        var ratio = new ReadingAnswer(0.5, null, "1", null);
        var unknown = new ReadingAnswer(null, null, "", "not told");
        var cpu = new Dictionary<string, ReadingAnswer> { ["utilization"] = ratio, ["limit_utilization"] = unknown, ["load_1"] = ratio, ["load_5"] = ratio, ["load_15"] = unknown };
        var rest = new Dictionary<string, ReadingAnswer> { ["utilization"] = ratio, ["busy"] = ratio, ["used"] = ratio, ["io_some"] = unknown };
        return new DashboardState(
            At,
            "/home/of\nrelay",
            new QueuePhases(1234, 5, 6, 0),
            true,
            new Dictionary<string, long> { ["pending"] = 1234 },
            null,
            77,
            1.5,
            [1, 2, 3],
            [new ActiveWorkerAnswer("w.json", "worker-7", "scan-worker", null, "running", null, null, 5000, 60, null, null, true, true)],
            2,
            3.5,
            [new RelayEvent { Timestamp = At, Type = "task_done" }, new RelayEvent { Timestamp = At, Type = "worker_lost", Severity = "ERROR" }],
            0,
            500_000,
            -743_000,
            new ResourcesAnswer(At, cpu, rest, rest, rest, rest, rest, rest),
            [new ProcessAnswer(1, 0, "running", 0.5, 0.5, 1 << 20, 1 << 20, 1, 1, 1, "dotnet worker")],
            ["disk full"]);
    }
}
