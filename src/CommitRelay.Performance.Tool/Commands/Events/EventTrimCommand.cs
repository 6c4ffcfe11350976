using System.CommandLine;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events trim</c>: keeps the last events of a file.</summary>
internal static class EventTrimCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The event file.");
        var keep = CommonOptions.Count("--keep", "How many events stay.");
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "trim", "Cuts an event file to its last events, under the lock that other writers join; what a stranger appends meanwhile is carried over.", "relay-perf events trim coordination/dashboard-events.jsonl --keep 5000") { file, keep, dryRun, noUndo }
            .Does(run => Sandbox.WorkAsync(run.Get(file)!, run.Get(dryRun), async cut =>
            {
                var before = await new EventReader(cut).CountAsync(cancellationToken: run.Stop).ConfigureAwait(false);
                var (saved, undoBytes) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), UndoFolder.Of(cut), null, async change =>
                {
                    change?.Keep(cut);
                    var writer = new EventWriter(cut, timeProvider: run.Time);
                    await using var owner = writer.ConfigureAwait(false);
                    var head = await writer.TrimAsync(run.Get(keep), run.Stop).ConfigureAwait(false);
                    change?.Cut(cut, head);
                    return head;
                }).ConfigureAwait(false);
                var kept = Math.Min(before, run.Get(keep));
                var answer = new EventTrimAnswer(kept, before - kept, saved, undoBytes);
                run.Output.Answer(answer, AnswerJson.Default.EventTrimAnswer, console =>
                {
                    console.Line($"{Format.Count(answer.Kept)} events {(run.Get(dryRun) ? "would stay" : "stay")}, {Format.Count(answer.Dropped)} dropped, {Format.Bytes(saved)} saved.");
                    console.KeptForUndo(undoBytes);
                });
                return ExitCodes.Fine;
            }));
    }
}

internal sealed record EventTrimAnswer(long Kept, long Dropped, long BytesSaved, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UndoBytes = null);
