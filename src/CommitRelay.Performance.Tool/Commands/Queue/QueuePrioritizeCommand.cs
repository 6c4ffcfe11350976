using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue prioritize</c>: puts the tasks in the order of their priority.</summary>
internal static class QueuePrioritizeCommand
{
    private static readonly JsonPath Id = "id";
    private static readonly JsonPath TaskId = "task_id";

    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.EditedQueueFile();
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "prioritize", "Orders the tasks by critical, high, medium, others; tasks of one priority keep their order, and all bytes stay.", "relay-perf queue prioritize --dry-run") { file, dryRun, noUndo }
            .Does(run => Sandbox.WorkAsync(run.Get(file) ?? run.Home.TaskQueue, run.Get(dryRun), async path =>
            {
                var moved = await QueueEdits.EditAsync(run, path, run.Keeping(dryRun, noUndo), editor => editor.PrioritiseAsync(run.Stop)).ConfigureAwait(false);
                var (tasks, digest) = await DigestAsync(path, run.Stop).ConfigureAwait(false);
                var answer = new QueuePrioritizeAnswer(tasks, moved, digest);
                run.Output.Answer(answer, AnswerJson.Default.QueuePrioritizeAnswer, console => console.Line($"{Format.Count(moved)} of {Format.Count(tasks)} tasks {(run.Get(dryRun) ? "would be" : "are")} in another place."));
                return ExitCodes.Fine;
            }));
    }

    /// <summary>SHA-256 over each task's id and a line feed, in the order of the file.</summary>
    private static async Task<(long Tasks, string Digest)> DigestAsync(string path, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tasks = 0L;
        await foreach (var task in new QueueReader().ReadElementsAsync(path, cancellationToken: stop).ConfigureAwait(false))
        {
            tasks++;
            hash.AppendData(Encoding.UTF8.GetBytes((task.GetText(Id) ?? task.GetText(TaskId) ?? "null") + "\n"));
        }

        return (tasks, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}

internal sealed record QueuePrioritizeAnswer(long Tasks, long Moved, string Sha256OfIds);
