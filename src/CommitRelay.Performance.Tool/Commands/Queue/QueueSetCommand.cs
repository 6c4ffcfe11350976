using System.CommandLine;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue set</c>: sets members of one task.</summary>
internal static class QueueSetCommand
{
    public static Command Create(ToolHost host)
    {
        var id = new Argument<string>("ID") { Description = "The task's id." };
        var members = new Argument<string[]>("FIELD=VALUE") { Description = "Members and their new values; a value that is no JSON is a text.", Arity = ArgumentArity.OneOrMore };
        var file = new Option<string?>("--file") { Description = "The queue file. Default: the home's task-queue.json.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "set", "Sets members of one task, all at once; every other byte of the file stays. Prints the task.", "relay-perf queue set task-042 priority=high retry_count=0") { id, members, file, dryRun, noUndo }
            .Does(async run =>
            {
                var values = run.Get(members)!.Select(Inputs.Assignment).Select(static member => KeyValuePair.Create(member.Field, Inputs.JsonOrText(member.Value))).ToArray();
                return await Sandbox.WorkAsync(run.Get(file) ?? run.Home.TaskQueue, run.Get(dryRun), async path =>
                {
                    var changed = await QueueEdits.EditAsync(run, path, run.Keeping(dryRun, noUndo), editor => editor.SetMembersByIdAsync(run.Get(id)!, values, run.Stop)).ConfigureAwait(false);
                    if (!changed)
                        run.Output.Say("The task has these values already.");
                    await foreach (var task in new QueueReader().ReadElementsAsync(path, JsonFilter.EqualTo("id", run.Get(id)!), cancellationToken: run.Stop).ConfigureAwait(false))
                        run.Output.JsonLine(task.Bytes);
                    return ExitCodes.Fine;
                }).ConfigureAwait(false);
            });
    }
}
