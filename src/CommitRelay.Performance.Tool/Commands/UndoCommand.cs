using System.CommandLine;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>undo</c>: puts back what the last changing command replaced.</summary>
internal static class UndoCommand
{
    public static Command Create(ToolHost host)
    {
        var file = new Option<string?>("--file") { Description = "Take back the last change that this file was part of, or that was made in this folder outside a home. Default: the last change of the home.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "undo", "Puts back what the last changing command replaced, moved or removed, if nobody wrote the files since; says so, with exit code 1, if somebody did.", "relay-perf undo --dry-run") { file, dryRun }
            .Does(async run =>
            {
                var (kept, change) = Find(run.Get(file), run.Home);
                var answer = change is not null ? await UndoAsync(change, run, run.Get(dryRun)).ConfigureAwait(false) : await UndoAsync(kept, run.Get(dryRun), run.Stop).ConfigureAwait(false);
                run.Output.Answer(answer, AnswerJson.Default.UndoAnswer, console =>
                {
                    console.Line(answer.File is null ? answer.Message : $"{answer.File}: {answer.Message}");
                    foreach (var left in answer.Left)
                        console.Line($"left: {left.File}: {left.Reason}");
                });
                return answer.Left.Count == 0 && (answer.Undone || (run.Get(dryRun) && (change is not null || kept is { CanPutBack: true }))) ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    /// <summary>The later one of two kinds: a file that an edit replaced, and what a command did to several.</summary>
    private static (KeptFile? Edit, LastChange? Change) Find(string? file, RelayHome home)
    {
        var folder = home.Coordination;
        var change = file is not null ? LastChange.Find(UndoFolder.Of(file)) : LastOf(home);
        if (file is not null && !Directory.Exists(file) && change?.Files.Any(one => one.Path == UndoFolder.Resolved(file)) == false)
            change = null;
        var edit = file is not null ? KeptFile.Find(file) : Directory.Exists(folder) && KeptFile.FindAll(folder) is [var latest, ..] ? latest : null;
        return change is not null && !(edit?.ReplacedAt > change.At) ? (null, change) : (edit, null);
    }

    /// <summary>What changes the queue or the events keeps it where these lie; they may be links that lead out of the home.</summary>
    private static LastChange? LastOf(RelayHome home)
        => ((string[])[home.Coordination, UndoFolder.Of(home.TaskQueue), UndoFolder.Of(home.Events)]).Distinct().Select(LastChange.Find).OfType<LastChange>().MaxBy(static change => change.At);

    private static async Task<UndoAnswer> UndoAsync(LastChange change, CommandRun run, bool dryRun)
    {
        var what = $"{change.Command} of {Format.Instant(change.At)}";
        var only = change.Files is [var single] ? single.Path : null;
        if (dryRun)
        {
            var inTheWay = change.Check();
            return new UndoAnswer(only, change.At, false, $"Would take back {what}: {Format.Count(change.Files.Count)} files.", inTheWay);
        }

        var (done, left) = await change.UndoAsync(run).ConfigureAwait(false);
        var message = done > 0 ? $"Took back {what}: {Format.Count(done)} files." : left.Count > 0 ? $"Nothing of {what} was taken back." : $"There is nothing to take back of {what}: all is as it was.";
        return new UndoAnswer(only, change.At, done > 0, message, left);
    }

    private static async Task<UndoAnswer> UndoAsync(KeptFile? kept, bool dryRun, CancellationToken cancellationToken)
    {
        if (kept is null)
            return new UndoAnswer(null, null, false, "Nothing was kept: there is no change to take back.", []);
        if (kept.CanPutBack && dryRun)
            return new UndoAnswer(kept.FilePath, kept.ReplacedAt, false, $"Would put back what was replaced at {Format.Instant(kept.ReplacedAt)}.", []);
        var undone = !dryRun && await kept.PutBackAsync(cancellationToken).ConfigureAwait(false);
        return new UndoAnswer(kept.FilePath, kept.ReplacedAt, undone, undone ? $"Put back what was replaced at {Format.Instant(kept.ReplacedAt)}." : "Somebody wrote the file since; it is left as it is.", []);
    }
}

/// <summary><paramref name="File"/> is null where several files were changed; <paramref name="Left"/> are those that are left as they are.</summary>
internal sealed record UndoAnswer(string? File, DateTimeOffset? ReplacedAt, bool Undone, string Message, IReadOnlyList<LeftFile> Left);
