using System.CommandLine;
using CommitRelay.Performance.Monitoring;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>task</c>: one task's story.</summary>
internal static class TaskCommand
{
    public static Command Create(ToolHost host)
    {
        var id = new Argument<string?>("ID") { Description = "The task's id.", Arity = ArgumentArity.ZeroOrOne };
        var index = new Option<long?>("--index") { Description = "The task at this place of the queue, from 0, instead of an id: for ids that repeat, and tasks without one.", HelpName = "N" };
        return new ToolCommand(host, "task", "One task's story with times: created, claimed, waits, events, workers, end. Exit code 1 when nothing tells of it, or a file is broken.", "relay-perf task task-042") { id, index }
            .Does(async run =>
            {
                if (run.Get(id) is null == run.Get(index) is null || run.Get(index) < 0)
                    throw new UsageException("Name the task by its id, or by --index, which is 0 or more.");
                var story = run.Get(index) is { } place
                    ? await RelayStory.ForPlaceAsync(run.Home, place, run.Stop).ConfigureAwait(false)
                    : await RelayStory.ForAsync(run.Home, run.Get(id)!, run.Stop).ConfigureAwait(false);
                var answer = new TaskAnswer(run.Get(id), run.Get(index), [.. story.Moments.Select(static moment => new MomentAnswer(moment.At, moment.What, moment.Source, moment.Detail))], story.Faults);
                run.Output.Answer(answer, AnswerJson.Default.TaskAnswer, console => Print(console, answer));
                return answer.Story.Count > 0 && answer.Faults.Count == 0 ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static void Print(IAnsiConsole console, TaskAnswer answer)
    {
        foreach (var fault in answer.Faults)
            console.Line($"cannot be read: {fault}");
        if (answer.Story.Count == 0)
        {
            console.Line("Nothing tells of this task.");
            return;
        }

        var table = Terminal.Table(" when", "what", "told by", "details");
        foreach (var moment in answer.Story)
            table.Row(Format.Instant(moment.At), moment.What, moment.Source, moment.Detail);
        console.Write(table);
    }
}

/// <summary>Faults are files that are broken or cannot be read; what the others tell stands.</summary>
internal sealed record TaskAnswer(string? Id, long? Index, IReadOnlyList<MomentAnswer> Story, IReadOnlyList<string> Faults);

internal sealed record MomentAnswer(DateTimeOffset? At, string What, string Source, string Detail);
