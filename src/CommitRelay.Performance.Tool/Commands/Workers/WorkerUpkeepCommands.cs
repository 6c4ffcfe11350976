using System.CommandLine;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>workers stale</c> and <c>workers archive</c>: specs whose worker is gone, or has ended well.</summary>
internal static class WorkerUpkeepCommands
{
    public static Command CreateStale(ToolHost host)
    {
        var fix = new Option<bool>("--fix") { Description = "Mark them as failed and move them to worker-specs/archived; without this they are only named." };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "stale", "Active specs that no process runs any more, silent for too long or over their time limit. Exit code 1 when there are some and they were only named.", "relay-perf workers stale --fix") { fix, dryRun, noUndo }
            .Does(async run =>
            {
                var looksOnly = !run.Get(fix) || run.Get(dryRun);
                var (report, undoBytes) = await KeptUpkeep.DoAsync(run, looksOnly ? Keeping.DryRun : run.Keeping(dryRun, noUndo), null, upkeep => upkeep.EndStaleWorkersAsync(cancellationToken: run.Stop)).ConfigureAwait(false);
                UpkeepAnswer.Print(run, report, undoBytes);
                return looksOnly && !run.Get(dryRun) && report.Steps.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
            });
    }

    public static Command CreateArchive(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only workers that ended longer ago than this.");
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "archive", "Moves completed specs to worker-specs/archived, a folder a day.", "relay-perf workers archive --older-than 1d --dry-run") { age, dryRun, noUndo }
            .Does(async run =>
            {
                var (report, undoBytes) = await KeptUpkeep.DoAsync(run, run.Keeping(dryRun, noUndo), null, upkeep => Task.FromResult(upkeep.ArchiveCompletedWorkers(run.Get(age), run.Stop))).ConfigureAwait(false);
                UpkeepAnswer.Print(run, report, undoBytes);
                return ExitCodes.Fine;
            });
    }
}
