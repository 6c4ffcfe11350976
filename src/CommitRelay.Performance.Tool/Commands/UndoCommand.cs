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
                var kept = run.Get(file) is { } path ? KeptFile.Find(path) : Directory.Exists(run.Home.Coordination) ? KeptFile.FindAll(run.Home.Coordination) is [var latest, ..] ? latest : null : null;
                var answer = kept is null ? new UndoAnswer(null, null, false, "Nothing was kept: there is no change to take back.")
                    : !kept.CanPutBack ? new UndoAnswer(kept.FilePath, kept.ReplacedAt, false, "Somebody wrote the file since; it is left as it is.")
                    : run.Get(dryRun) ? new UndoAnswer(kept.FilePath, kept.ReplacedAt, false, $"Would put back what was replaced at {Format.Instant(kept.ReplacedAt)}.")
                    : await kept.PutBackAsync(run.Stop).ConfigureAwait(false) ? new UndoAnswer(kept.FilePath, kept.ReplacedAt, true, $"Put back what was replaced at {Format.Instant(kept.ReplacedAt)}.")
                    : new UndoAnswer(kept.FilePath, kept.ReplacedAt, false, "Somebody wrote the file since; it is left as it is.");
                run.Output.Answer(answer, AnswerJson.Answers.UndoAnswer, console => console.Line(answer.File is null ? answer.Message : $"{answer.File}: {answer.Message}"));
                return answer.Undone || (kept is { CanPutBack: true } && run.Get(dryRun)) ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }
}

internal sealed record UndoAnswer(string? File, DateTimeOffset? ReplacedAt, bool Undone, string Message);
