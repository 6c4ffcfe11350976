using System.CommandLine;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue archive</c>: moves finished tasks out of the queue.</summary>
internal static class QueueArchiveCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.EditedQueueFile();
        var age = CommonOptions.Duration("--older-than", "Only tasks that were finished (completed, failed, cancelled) longer ago than this.");
        var to = new Option<string?>("--to") { Description = "The archive, JSON Lines. Default: task-queue-archive.jsonl beside the queue.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "archive", "Moves old finished tasks into an archive file, a task a line; durably there before they leave the queue.", "relay-perf queue archive --older-than 7d --dry-run") { file, age, to, dryRun, noUndo }
            .Does(async run =>
            {
                var queue = run.Get(file) ?? run.Home.TaskQueue;
                var archive = run.Get(to) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(queue))!, Path.GetFileNameWithoutExtension(queue) + "-archive.jsonl");
                return await Sandbox.WorkAsync(queue, run.Get(dryRun), async path =>
                {
                    // Beside the copy in a dry run.
                    var written = run.Get(dryRun) ? path + ".archive" : archive;
                    var (moved, undoBytes) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), UndoFolder.Of(path), null, change =>
                    {
                        // Taken back in the reverse order: tasks are in the queue again before they leave the archive.
                        change?.Keep(written, path, grows: true);
                        change?.Edit(path, path);
                        return QueueEdits.Editor(path, run.Time, keeps: change is not null).ArchiveAsync(written, run.Get(age), run.Stop);
                    }).ConfigureAwait(false);
                    var answer = new QueueArchiveAnswer(archive, moved, moved > 0 ? [new QueuePart(archive, moved, new FileInfo(written).Length)] : [], undoBytes);
                    run.Output.Answer(answer, AnswerJson.Default.QueueArchiveAnswer, console =>
                    {
                        console.Line($"{Format.Count(moved)} tasks {(run.Get(dryRun) ? "would move" : "moved")} to {archive}.");
                        console.KeptForUndo(undoBytes);
                    });
                    return ExitCodes.Fine;
                }).ConfigureAwait(false);
            });
    }
}

internal sealed record QueueArchiveAnswer(string Archive, long Tasks, IReadOnlyList<QueuePart> Files, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UndoBytes);
