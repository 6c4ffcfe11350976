using CommitRelay.Performance.Monitoring;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>Upkeep that can be taken back: each file is kept before upkeep touches it.</summary>
internal static class KeptUpkeep
{
    /// <param name="run">The command.</param>
    /// <param name="keeping">What becomes of the old files.</param>
    /// <param name="keptIn">Where the files come from, when that may be on another file system than the home; else null.</param>
    /// <param name="work">The upkeep.</param>
    public static async Task<(UpkeepReport Report, long? UndoBytes)> DoAsync(CommandRun run, Keeping keeping, string? keptIn, Func<HomeUpkeep, Task<UpkeepReport>> work)
    {
        if (keeping == Keeping.DryRun)
            return (await work(new HomeUpkeep(run.Home, dryRun: true, run.Time)).ConfigureAwait(false), null);
        if (keptIn is not null && !Directory.Exists(run.Home.Coordination))
        {
            // What must not be emptied gets no folder of ours either.
            await work(new HomeUpkeep(run.Home, dryRun: true, run.Time)).ConfigureAwait(false);
        }

        var folder = keptIn is null || Directory.Exists(run.Home.Coordination) ? run.Home.Coordination : Path.GetFullPath(keptIn);
        return await Change.MakeAsync(run, keeping, folder, keptIn is null ? null : Path.GetFullPath(keptIn), async change =>
        {
            var report = await work(new HomeUpkeep(run.Home, dryRun: false, run.Time, change is null ? null : step =>
            {
                // With the first file it is known that the folder is one that may be emptied.
                if (change.IsEmpty && keptIn is not null)
                    change.KeepFoldersBelow(Path.GetFullPath(keptIn));
                Keep(change, step);
            })).ConfigureAwait(false);
            foreach (var step in report.Steps.Where(static step => step.Action == UpkeepAction.Trimmed))
                change?.Cut(step.Path, step.Bytes);
            return report;
        }).ConfigureAwait(false);
    }

    /// <summary>Taken back in the reverse order: a file is at its place again before the one goes that was made of it.</summary>
    private static void Keep(Change change, UpkeepStep step)
    {
        var group = step.Action == UpkeepAction.Packed ? step.Target : step.Path;
        if (step.Target is { } target)
            change.Keep(target, group);
        change.Keep(step.Path, group);
    }
}
