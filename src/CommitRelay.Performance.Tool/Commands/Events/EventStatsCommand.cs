using System.CommandLine;
using CommitRelay.Performance.Events;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events stats</c>: how many lines, how many events, what is damaged.</summary>
internal static class EventStatsCommand
{
    private const int DamageShown = 10;

    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.EventFile();
        return new ToolCommand(host, "stats", "Counts lines and events (they are not the same: events may be printed over many lines), by type and time, and finds what is damaged.", "relay-perf events stats coordination/dashboard-events.jsonl") { file }
            .Does(async run =>
            {
                var path = run.Get(file) ?? run.Home.Events;
                var survey = path == "-" ? await EventSurvey.ReadStreamAsync(run.Host.OpenInput(), Inputs.StandardInput, run.Stop).ConfigureAwait(false) : await EventSurvey.ReadAsync(run.Expected(Inputs.Existing(path)), run.Stop).ConfigureAwait(false);
                run.Output.Answer(EventStatsAnswer.Of(survey), AnswerJson.Default.EventStatsAnswer, console => Print(console, survey));
                return ExitCodes.Fine;
            });
    }

    private static void Print(IAnsiConsole console, EventSurvey survey)
    {
        console.Line($"{Format.Count(survey.Records.Count)} events in {Format.Bytes(survey.Bytes)}; {Format.Count(survey.NonEmptyLines)} lines, of which {Format.Count(survey.ValidLines)} are JSON by themselves.");
        var times = survey.Records.Timestamps;
        if (times.Earliest is not null)
            console.Line($"From {Format.Instant(times.Earliest)} to {Format.Instant(times.Latest)}" + (times.OutOfOrderSteps > 0 ? $"; {Format.Count(times.OutOfOrderSteps)} steps back in time" : "") + (times.Unreadable > 0 ? $"; {Format.Count(times.Unreadable)} timestamps cannot be read" : "") + ".");
        if (survey.Records.ByEventType.Count > 0)
        {
            var table = Terminal.Table("type", " events");
            foreach (var (type, count) in survey.Records.ByEventType.OrderByDescending(static pair => pair.Value))
                table.Row(type, Format.Count(count));
            console.Write(table);
        }

        foreach (var damage in survey.Damaged.Take(DamageShown))
            console.Line($"Damaged: bytes {damage.Offset} to {damage.Offset + damage.Length}: {damage.Reason}");
        if (survey.DamagedCount > DamageShown)
            console.Line($"… and {Format.Count(survey.DamagedCount - DamageShown)} more damaged stretches.");
    }
}

internal sealed record EventStatsAnswer(long Bytes, long Newlines, long NonEmptyLines, long ValidLines, long InvalidLines, EventRecordsAnswer Records)
{
    public static EventStatsAnswer Of(EventSurvey survey)
    {
        var times = survey.Records.Timestamps;
        return new(survey.Bytes, survey.Newlines, survey.NonEmptyLines, survey.ValidLines, survey.InvalidLines, new EventRecordsAnswer(
            survey.Records.Count,
            [.. survey.Damaged.Select(static damage => new long[] { damage.Offset, damage.Offset + damage.Length })],
            survey.Records.ByEventType,
            new EventTimesAnswer(times.WithTimestamp, times.Unreadable, times.First, times.Last, Utc(times.Earliest), Utc(times.Latest), times.OutOfOrderSteps)));
    }

    private static string? Utc(DateTimeOffset? instant) => instant is null ? null : Format.Instant(instant);
}

/// <summary><paramref name="DamagedRegions"/> are [start, end) offsets.</summary>
internal sealed record EventRecordsAnswer(long Count, IReadOnlyList<long[]> DamagedRegions, IReadOnlyDictionary<string, long> ByEventType, EventTimesAnswer Timestamps);

internal sealed record EventTimesAnswer(long WithTimestamp, long Unreadable, string? First, string? Last, string? EarliestUtc, string? LatestUtc, long OutOfOrderSteps);
