using System.CommandLine;
using CommitRelay.Performance.Relay;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>workers durations</c> and <c>workers spawn-times</c>: how long workers took, by type.</summary>
internal static class WorkerDurationsCommand
{
    public static Command Create(ToolHost host)
    {
        var folder = Folder("completed");
        var from = new Option<string>("--from") { Description = "created_at or execution.started_at. Default created_at.", HelpName = "PATH", DefaultValueFactory = _ => "created_at" };
        from.AcceptOnlyFromAmong("created_at", "execution.started_at");
        var top = CommonOptions.Top(10, "of the longest to show; with --json all are given");
        return new ToolCommand(host, "durations", "How long workers took until their end, by type; offsets are honoured, and files that are broken are named.", "relay-perf workers durations --folder archived --from execution.started_at") { folder, from, top }
            .Does(run => AnswerAsync(run, run.Get(folder)!, run.Get(from) == "created_at" ? WorkerSpan.CreatedToEnd : WorkerSpan.StartedToEnd, run.Get(top)));
    }

    public static Command CreateSpawnTimes(ToolHost host)
    {
        var folder = Folder("completed");
        var top = CommonOptions.Top(10, "of the longest to show; with --json all are given");
        return new ToolCommand(host, "spawn-times", "How long it took from a worker's creation to its start, by type.", "relay-perf workers spawn-times --top 5") { folder, top }
            .Does(run => AnswerAsync(run, run.Get(folder)!, WorkerSpan.CreatedToStart, run.Get(top)));
    }

    private static Option<string> Folder(string standard)
        => new("--folder") { Description = $"The folder of worker-specs, such as archived or archived/2025-11-16. Default {standard}.", HelpName = "NAME", DefaultValueFactory = _ => standard };

    private static Task<int> AnswerAsync(CommandRun run, string name, WorkerSpan span, int top)
    {
        var path = run.Home.WorkerSpecFolder(name);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: there is no such folder.");
        var specs = WorkerSpecFolder.Read(path, run.Stop);
        var durations = specs.Durations(span);
        var answer = WorkerDurationsAnswer.Of(specs, durations);
        run.Output.Answer(answer, AnswerJson.Default.WorkerDurationsAnswer, console => Print(console, answer, top));
        return Task.FromResult(ExitCodes.Fine);
    }

    private static void Print(IAnsiConsole console, WorkerDurationsAnswer answer, int top)
    {
        console.Line($"{Format.Count(answer.Count)} workers" + (answer.Unreadable > 0 ? $"; {Format.Count(answer.Unreadable)} have a time that cannot be read" : "") + (answer.Negative > 0 ? $"; {Format.Count(answer.Negative)} end before they begin" : "") + ".");
        var types = Terminal.Table("type", " workers", " shortest", " mean", " longest");
        foreach (var (type, summary) in answer.ByType.OrderByDescending(static pair => pair.Value.Sum))
            types.Row(type, Format.Count(summary.Count), Format.Seconds(summary.Min), Format.Seconds((double)summary.Sum / summary.Count), Format.Seconds(summary.Max));
        console.Write(types);
        var longest = Terminal.Table("longest", "type", " time", "end is in");
        foreach (var worker in answer.All.Take(top))
            longest.Row(worker.File, worker.WorkerType, Format.Seconds(worker.Seconds), worker.EndField);
        console.Write(longest);
        foreach (var invalid in answer.InvalidFiles)
            console.Line(invalid.ToString());
    }
}

internal sealed record WorkerDurationsAnswer(long Count, long Unreadable, long Negative, IReadOnlyDictionary<string, long> EndFieldUsed, IReadOnlyDictionary<string, DurationAnswer> ByType, IReadOnlyList<WorkerDurationAnswer> All, IReadOnlyList<InvalidFileAnswer> InvalidFiles)
{
    public static WorkerDurationsAnswer Of(WorkerSpecFolder specs, WorkerDurations durations) => new(
        durations.Count,
        durations.Unreadable,
        durations.Negative,
        durations.EndFieldUsed,
        durations.ByType.ToDictionary(static type => type.Key, static type => new DurationAnswer(type.Value.Count, type.Value.Min, type.Value.Max, type.Value.Sum)),
        [.. durations.All.Select(static worker => new WorkerDurationAnswer(Path.GetFileName(worker.Spec.File), worker.WorkerType, worker.Seconds, worker.EndField))],
        [.. specs.Invalid.Select(InvalidFileAnswer.Of)]);
}

/// <summary>Whole seconds.</summary>
internal sealed record DurationAnswer(long Count, long Min, long Max, long Sum);

internal sealed record WorkerDurationAnswer(string File, string WorkerType, long Seconds, string EndField);

internal sealed record InvalidFileAnswer(string File, long? ByteOffset, long? Line, string Reason)
{
    /// <summary>For people.</summary>
    public override string ToString() => ByteOffset is null ? $"{File}: {Reason}" : $"{File}: broken at byte {ByteOffset}, line {Line}: {Reason}";

    public static InvalidFileAnswer Of(InvalidFile file) => new(Path.GetFileName(file.Path), file.ByteOffset, file.Line, file.Reason);
}
