using System.CommandLine;
using CommitRelay.Performance.Monitoring;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>task</c>: one task's story.</summary>
internal static class TaskCommand
{
    public static Command Create(ToolHost host)
    {
        var id = new Argument<string>("ID") { Description = "The task's id." };
        return new ToolCommand(host, "task", "One task's story with times: created, claimed, waits, events, workers, end. Exit code 1 when nothing tells of it.", "relay-perf task task-042") { id }
            .Does(async run =>
            {
                var story = await RelayStory.ForAsync(run.Home, run.Get(id)!, run.Stop).ConfigureAwait(false);
                var answer = new TaskAnswer(run.Get(id)!, [.. story.Select(static moment => new MomentAnswer(moment.At, moment.What, moment.Source, moment.Detail))]);
                run.Output.Answer(answer, AnswerJson.Answers.TaskAnswer, console =>
                {
                    var table = Terminal.Table("when", "what", "told by", "details");
                    foreach (var moment in answer.Story)
                        table.Row(Format.Instant(moment.At), moment.What, moment.Source, moment.Detail);
                    console.Write(table);
                });
                return story.Count > 0 ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }
}

internal sealed record TaskAnswer(string Id, IReadOnlyList<MomentAnswer> Story);

internal sealed record MomentAnswer(DateTimeOffset? At, string What, string Source, string Detail);
