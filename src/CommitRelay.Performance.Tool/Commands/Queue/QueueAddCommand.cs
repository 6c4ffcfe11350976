using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue add</c>: adds a task at the end of the queue.</summary>
internal static class QueueAddCommand
{
    private const int LongestTitle = 80;

    public static Command Create(ToolHost host)
    {
        var description = new Option<string>("--description") { Description = "What is to be done.", HelpName = "TEXT", Required = true };
        var title = new Option<string?>("--title") { Description = "Default: the beginning of the description.", HelpName = "TEXT" };
        var priority = new Option<string>("--priority") { Description = "critical, high, medium or low. Default medium.", HelpName = "P", DefaultValueFactory = _ => "medium" };
        var type = new Option<string>("--type") { Description = "Default development.", HelpName = "T", DefaultValueFactory = _ => "development" };
        var status = new Option<string>("--status") { Description = "Default pending.", HelpName = "S", DefaultValueFactory = _ => "pending" };
        var file = new Option<string?>("--file") { Description = "The queue file. Default: the home's task-queue.json.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "add", "Adds a task at the end of the queue, in the file's own style. Prints the task.", "relay-perf queue add --description 'Rotate the logs' --priority high") { description, title, priority, type, status, file, dryRun, noUndo }
            .Does(async run =>
            {
                var now = run.Time.GetUtcNow();
                var text = run.Get(description)!;
                var task = new NewTask(
                    NewId(now),
                    run.Get(title) ?? TitleOf(text),
                    text,
                    run.Get(type)!,
                    run.Get(priority)!,
                    run.Get(status)!,
                    Format.Instant(now),
                    "relay-perf");
                var json = JsonSerializer.SerializeToUtf8Bytes(task, AnswerJson.Relaxed.NewTask);
                return await Sandbox.WorkAsync(run.Get(file) ?? run.Home.TaskQueue, run.Get(dryRun), async path =>
                {
                    await QueueEdits.EditAsync(run, path, run.Keeping(dryRun, noUndo), async editor =>
                    {
                        await editor.AppendAsync([json], run.Stop).ConfigureAwait(false);
                        return true;
                    }).ConfigureAwait(false);
                    run.Output.JsonLine(json);
                    return ExitCodes.Fine;
                }).ConfigureAwait(false);
            });
    }

    /// <summary>As the home's own scripts number tasks, and random behind it: two tasks of one second must not share an id.</summary>
    public static string NewId(DateTimeOffset now)
        => $"task-{now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    private static string TitleOf(string description)
    {
        var line = description.Split('\n')[0].Trim();
        return line.Length <= LongestTitle ? line : line[..(LongestTitle - 1)].TrimEnd() + "…";
    }
}

internal sealed record NewTask(string Id, string Title, string Description, string Type, string Priority, string Status, string CreatedAt, string CreatedBy);
