using System.CommandLine;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue split</c>: writes the tasks into several queue files.</summary>
internal static class QueueSplitCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The queue file; it stays.");
        var size = CommonOptions.Size("--max-size", "The most bytes of a file; a larger task gets its own.");
        var folder = new Option<string?>("--folder") { Description = "Where the files go. Default: beside the queue file.", HelpName = "DIR" };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "split", "Writes the tasks into several queue files, each with all that stands around the tasks.", "relay-perf queue split task-queue.json --max-size 10MB") { file, size, folder, dryRun, noUndo }
            .Does(async run =>
            {
                var path = run.Get(file)!;
                using var copy = run.Get(dryRun) ? new Sandbox(path) : null;
                var target = run.Get(folder) ?? Path.GetDirectoryName(Path.GetFullPath(path))!;
                var (written, undoBytes) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), UndoFolder.Of(Inputs.Existing(path)), target, change =>
                    SplitAsync(run, path, copy?.Folder ?? target, Math.Max(1, run.Get(size)), change)).ConfigureAwait(false);
                var parts = new List<QueuePart>();
                foreach (var part in written)
                    parts.Add(new QueuePart(Path.Combine(target, Path.GetFileName(part)), await new QueueReader().CountAsync(part, cancellationToken: run.Stop).ConfigureAwait(false), new FileInfo(part).Length));
                run.Output.Answer(new QueueSplitAnswer(parts), AnswerJson.Default.QueueSplitAnswer, console =>
                {
                    var table = Terminal.Table("file", " tasks", " size");
                    foreach (var part in parts)
                        table.Row(part.File, Format.Count(part.Tasks), Format.Bytes(part.Bytes));
                    console.Write(table);
                    console.KeptForUndo(undoBytes);
                });
                return ExitCodes.Fine;
            });
    }

    private static async Task<IReadOnlyList<string>> SplitAsync(CommandRun run, string path, string target, long size, Change? change)
    {
        // Parts of an earlier splitting may be replaced.
        foreach (var part in Parts())
            change?.Keep(part, path);
        try
        {
            return await QueueEdits.Editor(path).SplitAsync(target, maxBytes: size, cancellationToken: run.Stop).ConfigureAwait(false);
        }
        finally
        {
            // Also those that were made before a fault.
            foreach (var part in Parts())
                change?.Made(part, path);
        }

        string[] Parts() => Directory.GetFiles(target, Path.GetFileNameWithoutExtension(path) + ".????.json");
    }
}

internal sealed record QueueSplitAnswer(IReadOnlyList<QueuePart> Files);

internal sealed record QueuePart(string File, long Tasks, long Bytes);
