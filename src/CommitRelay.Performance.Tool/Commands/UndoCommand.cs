using System.CommandLine;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>undo</c>: puts back what the last changing command replaced.</summary>
internal static class UndoCommand
{
    public static Command Create(ToolHost host)
    {
        var file = new Option<string?>("--file") { Description = "Take back the last change of this file. Default: the last change in the home's coordination folder.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "undo", "Puts back what the last changing command replaced, if nobody wrote the file since; says so, with exit code 1, if somebody did.", "relay-perf undo --dry-run") { file, dryRun }
            .Does(async run =>
            {
                var kept = Find(run.Get(file), run.Home.Coordination);
                var answer = await UndoAsync(kept, run.Get(dryRun), run.Stop).ConfigureAwait(false);
                run.Output.Answer(answer, AnswerJson.Default.UndoAnswer, console => console.Line(answer.File is null ? answer.Message : $"{answer.File}: {answer.Message}"));
                return answer.Undone || (kept is { CanPutBack: true } && run.Get(dryRun)) ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static KeptFile? Find(string? file, string folder)
    {
        if (file is not null)
            return KeptFile.Find(file);
        return Directory.Exists(folder) && KeptFile.FindAll(folder) is [var latest, ..] ? latest : null;
    }

    private static async Task<UndoAnswer> UndoAsync(KeptFile? kept, bool dryRun, CancellationToken cancellationToken)
    {
        if (kept is null)
            return new UndoAnswer(null, null, false, "Nothing was kept: there is no change to take back.");
        if (kept.CanPutBack && dryRun)
            return new UndoAnswer(kept.FilePath, kept.ReplacedAt, false, $"Would put back what was replaced at {Format.Instant(kept.ReplacedAt)}.");
        var undone = !dryRun && await kept.PutBackAsync(cancellationToken).ConfigureAwait(false);
        return new UndoAnswer(kept.FilePath, kept.ReplacedAt, undone, undone ? $"Put back what was replaced at {Format.Instant(kept.ReplacedAt)}." : "Somebody wrote the file since; it is left as it is.");
    }
}

internal sealed record UndoAnswer(string? File, DateTimeOffset? ReplacedAt, bool Undone, string Message);
