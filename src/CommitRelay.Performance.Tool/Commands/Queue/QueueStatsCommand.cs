using System.CommandLine;
using CommitRelay.Performance.Queues;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue stats</c>: is it JSON, and how many tasks of what kind.</summary>
internal static class QueueStatsCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.QueueFile();
        return new ToolCommand(host, "stats", "Checks the queue file and counts its tasks by status, priority and type.", "relay-perf queue stats --json") { file }
            .Does(async run =>
            {
                var survey = await QueueSurvey.ReadAsync(run.Queue(run.Get(file)), Inputs.Cores, run.Stop).ConfigureAwait(false);
                run.Output.Answer(QueueStatsAnswer.Of(survey), AnswerJson.Default.QueueStatsAnswer, console => Print(console, survey));
                return ExitCodes.Fine;
            });
    }

    private static void Print(IAnsiConsole console, QueueSurvey survey)
    {
        console.Line($"{Format.Count(survey.Figures.Tasks)} tasks in {Format.Bytes(survey.Bytes)}" + (survey.HasTasksArray ? "" : "; there is no tasks array"));
        Print(console, "status", survey.Figures.ByStatus);
        Print(console, "priority", survey.Figures.ByPriority);
        Print(console, "type", survey.Figures.ByType);
        if (survey.Figures.RepeatedIds.Count > 0)
            console.Line("Ids that more than one task has: " + string.Join(", ", survey.Figures.RepeatedIds.Take(20)) + (survey.Figures.RepeatedIds.Count > 20 ? ", …" : ""));
        foreach (var nested in survey.Nested)
            console.Line($"Task {nested.Index} holds a tasks array of its own with {Format.Count(nested.Figures.Tasks)} tasks, which are not counted.");
    }

    private static void Print(IAnsiConsole console, string member, QueueCounts counts)
    {
        if (counts.Total == 0)
            return;
        var table = Terminal.Table(member, " tasks");
        foreach (var (text, count) in counts.Named())
            table.Row(text, Format.Count(count));
        console.Write(table);
    }
}

internal sealed record QueueStatsAnswer(long Bytes, bool Valid, bool HasTasksArray, long Tasks, IReadOnlyDictionary<string, long> ByStatus, IReadOnlyDictionary<string, long> ByPriority, IReadOnlyDictionary<string, long> ByType, IReadOnlyList<string> IdsRepeated, IReadOnlyList<NestedTasksAnswer> NestedTasksArrays)
{
    public static QueueStatsAnswer Of(QueueSurvey survey) => new(
        survey.Bytes,
        Valid: true,
        survey.HasTasksArray,
        survey.Figures.Tasks,
        survey.Figures.ByStatus.Named(),
        survey.Figures.ByPriority.Named(),
        survey.Figures.ByType.Named(),
        survey.Figures.RepeatedIds,
        [.. survey.Nested.Select(NestedTasksAnswer.Of)]);
}

/// <summary>A tasks array inside the task at <paramref name="Index"/>.</summary>
internal sealed record NestedTasksAnswer(long Index, long Tasks, IReadOnlyDictionary<string, long> ByStatus, IReadOnlyDictionary<string, long> ByPriority, IReadOnlyDictionary<string, long> ByType, IReadOnlyList<string> IdsRepeated)
{
    public static NestedTasksAnswer Of(NestedQueue nested)
        => new(nested.Index, nested.Figures.Tasks, nested.Figures.ByStatus.Named(), nested.Figures.ByPriority.Named(), nested.Figures.ByType.Named(), nested.Figures.RepeatedIds);
}
