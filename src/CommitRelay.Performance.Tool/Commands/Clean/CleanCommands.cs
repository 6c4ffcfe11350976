using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>clean</c>: logs past their age, a cache, surplus snapshots, the hourly history, old parts of the event file. What is left alone, and why, is told too.</summary>
internal static class CleanCommands
{
    public static Command Create(ToolHost host) => new("clean", "Removes what is no longer needed; never through a link, never a file that is being written.")
    {
        Logs(host),
        Cache(host),
        Snapshots(host),
        History(host),
        Events(host),
    };

    private static ToolCommand Logs(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only logs that nobody wrote for this long.");
        return Command(host, "logs", "Deletes old logs of the home.", "relay-perf clean logs --older-than 7d --dry-run", age, (upkeep, run) => Task.FromResult(upkeep.DeleteLogs(run.Get(age), run.Stop)), static run => run.Home.Logs);
    }

    private static ToolCommand Cache(ToolHost host)
    {
        var path = new Option<string>("--path") { Description = "The folder, in full; it is emptied and stays.", HelpName = "DIR", Required = true };
        return Command(host, "cache", "Empties a cache folder that is named in full.", "relay-perf clean cache --path /var/cache/relay --dry-run", path, (upkeep, run) => Task.FromResult(upkeep.ClearCache(run.Get(path)!, run.Stop)), run => run.Get(path)!);
    }

    private static ToolCommand Snapshots(ToolHost host)
    {
        var keep = CommonOptions.Count("--keep", "How many of the newest snapshots stay.");
        return Command(host, "snapshots", "Cuts metrics-snapshots.jsonl to its newest snapshots.", "relay-perf clean snapshots --keep 1000", keep, (upkeep, run) => upkeep.TrimSnapshotsAsync(run.Get(keep), run.Stop));
    }

    private static ToolCommand History(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only snapshots older than this.");
        return Command(host, "history", "Packs the hourly snapshots, one a file, into one compressed file a month.", "relay-perf clean history --older-than 30d --dry-run", age, (upkeep, run) => upkeep.PackHistoryAsync(run.Get(age), run.Stop));
    }

    private static ToolCommand Events(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only parts rolled longer ago than this.");
        return Command(host, "events", "Deletes old rolled parts of the event file, compressed or not; the event file itself stays.", "relay-perf clean events --older-than 90d --dry-run", age, (upkeep, run) => Task.FromResult(upkeep.KeepEventArchives(null, run.Get(age), run.Stop)));
    }

    private static ToolCommand Command(ToolHost host, string name, string description, string example, Option option, Func<HomeUpkeep, CommandRun, Task<UpkeepReport>> clean, Func<CommandRun, string>? keptIn = null)
    {
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, name, description, example) { option, dryRun, noUndo }.Does(async run =>
        {
            try
            {
                var (report, undoBytes) = await KeptUpkeep.DoAsync(run, run.Keeping(dryRun, noUndo), keptIn?.Invoke(run), upkeep => clean(upkeep, run)).ConfigureAwait(false);
                UpkeepAnswer.Print(run, report, undoBytes);
                return ExitCodes.Fine;
            }
            catch (ArgumentException fault)
            {
                throw new UsageException(fault.Message);
            }
        });
    }
}

/// <summary>What an upkeep command did, or would do.</summary>
internal sealed record UpkeepAnswer(bool DryRun, int Files, long Bytes, IReadOnlyList<UpkeepStepAnswer> Steps, IReadOnlyList<UpkeepSkipAnswer> Skipped, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UndoBytes)
{
    public static void Print(CommandRun run, UpkeepReport report, long? undoBytes) => run.Output.Answer(Of(report, undoBytes), AnswerJson.Default.UpkeepAnswer, console =>
    {
        foreach (var step in report.Steps)
            console.Line(step.Target is { } target ? $"{step.Path} -> {target}" : $"{step.Path}: {Format.Bytes(step.Bytes)}");
        foreach (var skip in report.Skipped)
            console.Line($"left alone: {skip.Path}: {skip.Reason}");
        console.Line(report.Message);
        console.KeptForUndo(undoBytes);
    });

    public static UpkeepAnswer Of(UpkeepReport report, long? undoBytes) => new(
        report.DryRun,
        report.Steps.Count,
        report.Bytes,
        [.. report.Steps.Select(static step => new UpkeepStepAnswer(JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Action.ToString()), step.Path, step.Bytes, step.Target))],
        [.. report.Skipped.Select(static skip => new UpkeepSkipAnswer(skip.Path, skip.Reason))],
        undoBytes);
}

internal sealed record UpkeepStepAnswer(string Action, string File, long Bytes, string? Target);

internal sealed record UpkeepSkipAnswer(string File, string Reason);
