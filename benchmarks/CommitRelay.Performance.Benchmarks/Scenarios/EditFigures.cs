using System.Globalization;
using CommitRelay.Performance.Benchmarks.Peers;
using CommitRelay.Performance.Benchmarks.Queues;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>edit-figures [--folder /dev/shm] [--size 200] [--pairs 10]</c>: edits of a large queue file, and one member of a 10 MB file, against a
/// read/write loop with the same buffer. In a folder in memory, where an fsync costs nothing, so that work is compared with work.
/// </summary>
internal static class EditFigures
{
    public static Task<int> RunAsync(string[] args)
    {
        var megabytes = int.Parse(Options.Of(args, "--size") ?? "200", CultureInfo.InvariantCulture);
        Pairs.Count = int.Parse(Options.Of(args, "--pairs") ?? "10", CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(Options.Of(args, "--folder") ?? "/dev/shm", $"commitrelay-edits-{Environment.ProcessId}")).FullName;
        try
        {
            var path = Path.Combine(folder, "task-queue.json");
            File.Copy(QueueFile.Get(megabytes), path);
            var editor = new QueueEditor(path);
            var value = 0;
            Compare($"edit one task in {megabytes} MB", path, () => editor.SetByIdAsync("task-050000", "retry_count", $"{++value}").Wait());
            Compare($"edit one in seven tasks of {megabytes} MB", path, () => editor.SetAsync(JsonFilter.EqualTo("priority", "low"), "retry_count", $"{++value}").Wait());

            // Each pass finds another order than it makes, so that every one of them moves tasks.
            string[][] orders = [["low", "medium", "high", "critical"], ["critical", "high", "medium", "low"]];
            var editors = orders.Select(order => new QueueEditor(path, new QueueEditorOptions { Queue = new QueueReaderOptions { PriorityOrder = order } })).ToArray();
            Compare($"prioritise {megabytes} MB", path, () => editors[++value % 2].PrioritiseAsync().Wait());
            var small = Path.Combine(folder, "settings.json");
            File.Copy(QueueFile.Get(10), small);
            Compare("set one member in 10 MB", small, () => JsonMemberEditor.SetAsync(small, "total", $"{++value}").Wait());
            return Task.FromResult(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string what, string path, Action ours)
    {
        var result = Pairs.Measure(ours, () => RewritePeer.Copy(path, durable: false));
        Console.WriteLine($"{what}: {result.OursMilliseconds:F1} ms, loop {result.PeerMilliseconds:F1} ms, {result.Ratio:F2} x the loop");
    }
}
