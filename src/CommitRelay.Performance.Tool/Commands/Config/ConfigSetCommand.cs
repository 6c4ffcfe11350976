using System.CommandLine;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>config set</c>: sets one member of a JSON file.</summary>
internal static class ConfigSetCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The JSON file.");
        var path = new Argument<string>("PATH") { Description = "Such as services.max_workers_per_master, limits[0], types[?@.type_id=='scan-worker'].budget." };
        var value = new Argument<string>("VALUE") { Description = "The new value; what is no JSON is a text." };
        var create = new Option<bool>("--create") { Description = "Make the member when it is missing; without this a wrong path changes nothing." };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "set", "Sets one member of a JSON file, atomically; every other byte stays.", "relay-perf config set coordination/config/system.json services.max_workers_per_master 12") { file, path, value, create, dryRun, noUndo }
            .Does(async run =>
            {
                var member = Inputs.Path(run.Get(path)!);
                var json = Inputs.JsonOrText(run.Get(value)!);
                return await Sandbox.WorkAsync(run.Get(file)!, run.Get(dryRun), async edited =>
                {
                    var before = await MemberOfFile.ReadAsync(edited, member, run.Stop).ConfigureAwait(false);
                    var (changed, _) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), UndoFolder.Of(edited), null, change =>
                    {
                        change?.Edit(edited);
                        return JsonMemberEditor.SetAsync(edited, member, json, run.Get(create), keepReplaced: change is not null, cancellationToken: run.Stop);
                    }).ConfigureAwait(false);
                    var after = await MemberOfFile.ReadAsync(edited, member, run.Stop).ConfigureAwait(false);
                    run.Output.Answer(new ConfigSetAnswer(run.Get(file)!, run.Get(path)!, before, after, changed), AnswerJson.Default.ConfigSetAnswer, console => console.Line($"{before?.GetRawText() ?? "(nothing)"} -> {after?.GetRawText()}"));
                    return ExitCodes.Fine;
                }).ConfigureAwait(false);
            });
    }
}

internal sealed record ConfigSetAnswer(string File, string Path, JsonElement? Before, JsonElement? After, bool Changed);
