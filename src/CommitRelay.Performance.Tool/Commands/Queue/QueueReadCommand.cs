using System.CommandLine;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue read</c>: the tasks that match, one a line, as they are spelt.</summary>
internal static class QueueReadCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.QueueFile();
        var status = new Option<string[]>("--status") { Description = "Only tasks with one of these statuses.", HelpName = "S" };
        var priority = new Option<string[]>("--priority") { Description = "Only tasks with one of these priorities.", HelpName = "P" };
        var where = new Option<string[]>("--where") { Description = "Only tasks whose member has this value; several conditions must all hold.", HelpName = "FIELD=VALUE" };
        var order = new Option<string?>("--order") { Description = "priority: critical, high, medium, others; else the order of the file.", HelpName = "priority" };
        order.AcceptOnlyFromAmong("priority");
        var top = CommonOptions.OptionalCount("--top", "At most so many tasks.");
        return new ToolCommand(host, "read", "The tasks that match, as JSON Lines; each task's own bytes, without line feeds.", "relay-perf queue read --status pending --order priority --top 10") { file, status, priority, where, order, top }
            .Does(async run =>
            {
                var filter = Filter(run.Get(status)!, run.Get(priority)!, run.Get(where)!);
                var most = run.Get(top) ?? int.MaxValue;
                var hasArray = await run.OfArrayAsync(run.Get(file), (reader, source) => run.Get(order) is null
                    ? PrintAsync(run, reader.ReadElementsAsync(source, filter, cancellationToken: run.Stop), most)
                    : PrintByPriorityAsync(run, reader.ReadElementsAsync(source, filter, cancellationToken: run.Stop), most)).ConfigureAwait(false);
                return hasArray ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static JsonFilter Filter(string[] statuses, string[] priorities, string[] conditions)
    {
        var filter = Inputs.Where(conditions);
        if (statuses.Length > 0)
            filter &= JsonFilter.OneOf("status", statuses);
        return priorities.Length > 0 ? filter & JsonFilter.OneOf("priority", priorities) : filter;
    }

    private static async Task<bool> PrintAsync(CommandRun run, IAsyncEnumerable<QueueElement> tasks, int most)
    {
        if (most < 1)
            return true;
        await foreach (var task in tasks.ConfigureAwait(false))
        {
            run.Output.JsonLine(task.Bytes);
            if (--most == 0)
                break;
        }

        return true;
    }

    /// <summary>Stable: tasks of one priority keep the order of the file. Memory: at most as many tasks of each priority as are wanted.</summary>
    private static async Task<bool> PrintByPriorityAsync(CommandRun run, IAsyncEnumerable<QueueElement> tasks, int most)
    {
        var ranks = Enumerable.Range(0, PriorityRanks.Count).Select(static _ => new List<byte[]>()).ToArray();
        await foreach (var task in tasks.ConfigureAwait(false))
        {
            var rank = ranks[PriorityRanks.Of(task)];
            if (rank.Count < most)
                rank.Add(task.ToArray());
        }

        foreach (var task in ranks.SelectMany(static rank => rank).Take(most))
            run.Output.JsonLine(task);
        return true;
    }
}

/// <summary>The order of <c>--order priority</c> and of <c>queue prioritize</c>: critical, high, medium, then all others alike.</summary>
internal static class PriorityRanks
{
    private static readonly JsonPath Priority = "priority";

    public static IReadOnlyList<string> Names { get; } = ["critical", "high", "medium"];

    /// <summary>How many ranks there are, that of all others included.</summary>
    public static int Count => Names.Count + 1;

    public static int Of(in QueueElement task) => task.GetText(Priority) switch { "critical" => 0, "high" => 1, "medium" => 2, _ => 3 };
}
