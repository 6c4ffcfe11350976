using System.CommandLine;
using CommitRelay.Performance.Queues;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue waits</c>: how long tasks waited between two instants of theirs.</summary>
internal static class QueueWaitsCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.QueueFile();
        var top = CommonOptions.Top(5, "of the longest waits to name");
        var from = new Option<string>("--from") { Description = "The member a wait begins at. Default created_at.", HelpName = "PATH", DefaultValueFactory = _ => "created_at" };
        var to = new Option<string>("--to") { Description = "The member a wait ends at. Default started_at.", HelpName = "PATH", DefaultValueFactory = _ => "started_at" };
        return new ToolCommand(host, "waits", "How long tasks waited, by two of their instants; offsets are honoured, fractions dropped.", "relay-perf queue waits --to assigned_at --top 10") { file, top, from, to }
            .Does(async run =>
            {
                var wanted = run.Get(top);
                var (begin, end) = (Inputs.Path(run.Get(from)!), Inputs.Path(run.Get(to)!));
                var waits = await run.OfArrayAsync(run.Get(file), (reader, source) => reader.WaitsAsync(source, begin, end, Math.Max(1, wanted), cancellationToken: run.Stop)).ConfigureAwait(false);
                var hasArray = waits is not null;
                waits ??= new QueueWaits(0, 0, 0, null, null, 0, []);
                var answer = new QueueWaitsAnswer(hasArray, waits.Count, waits.Unreadable, waits.Negative, waits.Min, waits.Max, waits.Sum, [.. waits.Longest.Take(wanted).Select(wait => new LongWait(wait.Id, wait.Index, wait.Seconds))]);
                run.Output.Answer(answer, AnswerJson.Default.QueueWaitsAnswer, console => Print(console, answer));
                return hasArray ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static void Print(IAnsiConsole console, QueueWaitsAnswer waits)
    {
        console.Line($"{Format.Count(waits.Count)} waits" + (waits.Count == 0 ? "" : $", mean {Format.Seconds((double)waits.Sum / waits.Count)}, shortest {Format.Seconds(waits.Min!.Value)}, longest {Format.Seconds(waits.Max!.Value)}"));
        if (waits.Unreadable > 0)
            console.Line($"{Format.Count(waits.Unreadable)} tasks have an instant that cannot be read.");
        if (waits.Negative > 0)
            console.Line($"{Format.Count(waits.Negative)} waits are negative: a clock, or an offset, was wrong when they were written.");
        if (waits.Top.Count == 0)
            return;
        var table = Terminal.Table("id", " place", " wait", " seconds");
        foreach (var wait in waits.Top)
            table.Row(wait.Id, Format.Count(wait.Index), Format.Seconds(wait.WaitSeconds), Format.Count(wait.WaitSeconds));
        console.Write(table);
    }
}

internal sealed record QueueWaitsAnswer(bool HasTasksArray, long Count, long Unreadable, long Negative, long? Min, long? Max, long Sum, IReadOnlyList<LongWait> Top);

internal sealed record LongWait(string? Id, long Index, long WaitSeconds);
