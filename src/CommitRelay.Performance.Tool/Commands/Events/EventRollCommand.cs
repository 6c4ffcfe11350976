using System.CommandLine;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events roll</c>: begins a new event file.</summary>
internal static class EventRollCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The event file.");
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "roll", "Renames the event file, under the lock that other writers join; the next event begins a new one.", "relay-perf events roll coordination/dashboard-events.jsonl") { file, dryRun, noUndo }
            .Does(async run =>
            {
                // The parts lie where a link leads.
                var path = UndoFolder.Resolved(Inputs.Existing(run.Get(file)!));
                var answer = new EventRollAnswer(null, new FileInfo(path).Length);
                if (!run.Get(dryRun))
                    (answer, _) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), UndoFolder.Of(path), null, change => RollAsync(run, path, change)).ConfigureAwait(false);

                run.Output.Answer(answer, AnswerJson.Default.EventRollAnswer, console => console.Line(
                    answer.File is { } part ? $"{Format.Bytes(answer.Bytes)} rolled to {part}." : answer.Bytes > 0 ? $"{Format.Bytes(answer.Bytes)} would be rolled." : "The file is empty and was left."));
                return ExitCodes.Fine;
            });
    }

    private static async Task<EventRollAnswer> RollAsync(CommandRun run, string path, Change? change)
    {
        change?.Keep(path, path);
        var writer = new EventWriter(path, timeProvider: run.Time);
        await using var owner = writer.ConfigureAwait(false);
        var bytes = await writer.RollAsync(run.Stop).ConfigureAwait(false);
        var part = bytes > 0 ? RolledParts.Find(path)[^1] : null;
        if (part is not null)
        {
            change?.Made(part, path);
            change?.Cut(path, bytes);
        }

        return new EventRollAnswer(part, bytes);
    }
}

/// <summary><paramref name="File"/> is the rolled part; null in a dry run, or when the file was empty.</summary>
internal sealed record EventRollAnswer(string? File, long Bytes);
