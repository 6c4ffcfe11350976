using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Monitoring;

namespace CommitRelay.Performance.Tests.Monitoring;

public sealed class AlertTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Queue_OverFifty_IsRaisedOnce_AndClearedOnceBelowForty()
    {
        var evaluator = new AlertEvaluator();
        double[] series = [10, 50, 51, 53, 60, 45, 41, 49, 40, 39, 20];
        var alerts = series.SelectMany((value, minute) => evaluator.Evaluate(Start.AddMinutes(minute), Sample(MetricNames.QueueQueued, value))).ToList();
        Assert.Equal([(2, true, 51.0), (8, false, 40.0)], alerts.Select(a => ((int)(a.At - Start).TotalMinutes, a.Raised, a.Value)));
        Assert.Equal("Queue size: 51", alerts[0].Message);
    }

    [Fact]
    public void Rule_WithFor_WaitsForTheWholeTime_AndStartsAgainAfterAGoodSample()
    {
        var evaluator = new AlertEvaluator([new() { Metric = "m", Threshold = 1, For = TimeSpan.FromMinutes(2), Message = "m {0}" }]);
        double[] series = [2, 2, 0, 2, 2, 2, 2];
        var raised = series.Select((value, minute) => evaluator.Evaluate(Start.AddMinutes(minute), Sample("m", value)).Count).ToList();
        Assert.Equal([0, 0, 0, 0, 0, 1, 0], raised);
    }

    [Fact]
    public void Metric_ThatIsNotKnown_LeavesTheAlertRaised()
    {
        var evaluator = new AlertEvaluator([new() { Metric = "m", Threshold = 1, Message = "m" }]);
        Assert.Single(evaluator.Evaluate(Start, Sample("m", 2)));
        Assert.Empty(evaluator.Evaluate(Start.AddMinutes(1), new Dictionary<string, double>()));
        Assert.Empty(evaluator.Evaluate(Start.AddMinutes(2), Sample("m", double.NaN)));
        Assert.Single(evaluator.Raised);
    }

    [Fact]
    public void Alert_AsAnEvent_HasTheShapeOfTheHome()
    {
        var alert = new Alert(Start, AlertRule.Defaults[0], 53, Raised: true);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            alert.WriteTo(writer);
        Assert.Equal(
            """{"timestamp":"2026-01-05T08:00:00.000Z","type":"performance_alert","severity":"warning","source":"relay-perf","message":"Queue size: 53","metric":"queue.queued","value":53,"threshold":50,"state":"raised"}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("", 1, null, "m", "An alert rule names no metric.")]
    [InlineData("m", 1, 2.0, "m", "Rule for m: clear 2 lies beyond the threshold 1, so the alert would clear while it is bad.")]
    [InlineData("m", 1, null, "{1}", "Rule for m: the message '{1}' is no format of one value: it takes more than one value")]
    public void Rule_ThatCannotWork_IsRefusedAtTheStart(string metric, double threshold, double? clear, string message, string fault)
    {
        var e = Assert.Throws<ArgumentException>(() => new AlertEvaluator([new() { Metric = metric, Threshold = threshold, Clear = clear, Message = message }]));
        Assert.Equal(fault, e.Message);
    }

    [Fact]
    public void Defaults_AreAllValid() => Assert.Empty(new AlertEvaluator().Raised);

    private static Dictionary<string, double> Sample(string metric, double value) => new() { [metric] = value };
}
