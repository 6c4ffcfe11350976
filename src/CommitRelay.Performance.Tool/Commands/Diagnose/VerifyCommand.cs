using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>verify</c>: the runbook's verification list, measured, and compared with an earlier diagnosis.</summary>
internal static class VerifyCommand
{
    public static Command Create(ToolHost host)
    {
        var before = new Option<string?>("--before") { Description = "An earlier answer of diagnose --json.", HelpName = "FILE" };
        var watch = CommonOptions.Duration("--watch-for", "How long to see whether the queue moves.", "2s");
        var write = new Option<bool>("--write") { Description = "Add the test task to the real queue; else to a copy of it." };
        return new ToolCommand(host, "verify", "Measures what the runbook verifies after a cure: resources, queue moving, time to add a task, spawn times, errors; and compares with an earlier diagnosis. Exit code 1 when something is worse or wrong.", "relay-perf verify --before before.json") { before, watch, write }
            .Does(async run =>
            {
                var earlier = run.Get(before) is { } path ? await ReadAsync(path, run.Stop).ConfigureAwait(false) : null;
                var first = await Evidence.QueueAsync(run).ConfigureAwait(false);
                var added = await AddAsync(run, run.Get(write)).ConfigureAwait(false);
                await Task.Delay(Quantities.Wait(run.Get(watch)), run.Time, run.Stop).ConfigureAwait(false);
                var now = DiagnoseAnswer.Of(run.Time.GetUtcNow(), await Evidence.GatherAsync(run).ConfigureAwait(false));
                var answer = VerifyAnswer.Of(earlier, first, now, added);
                run.Output.Answer(answer, AnswerJson.Default.VerifyAnswer, console => Print(console, answer));
                return answer.Checks.All(static check => check.Ok) ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static async Task<DiagnoseAnswer?> ReadAsync(string path, CancellationToken stop)
    {
        var bytes = await File.ReadAllBytesAsync(path, stop).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes, AnswerJson.Complete.DiagnoseAnswer);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: this is no answer of diagnose --json: {fault.Message}", fault);
        }
    }

    /// <summary>Seconds to add one task, durably; null, and why, when that failed.</summary>
    private static async Task<(double? Seconds, string? Fault)> AddAsync(CommandRun run, bool write)
    {
        try
        {
            return await Sandbox.WorkAsync(run.Home.TaskQueue, !write, async path =>
            {
                var now = run.Time.GetUtcNow();
                var task = new NewTask(QueueAddCommand.NewId(now), "relay-perf verify", "Added by relay-perf verify to measure how long that takes", "development", "low", "cancelled", Format.Instant(now), "relay-perf");
                var started = run.Time.GetTimestamp();
                await QueueEdits.Editor(path).AppendAsync([JsonSerializer.SerializeToUtf8Bytes(task, AnswerJson.Relaxed.NewTask)], run.Stop).ConfigureAwait(false);
                return ((double?)run.Time.GetElapsedTime(started).TotalSeconds, (string?)null);
            }).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or Json.JsonFormatException)
        {
            return (null, fault.Message);
        }
    }

    private static void Print(IAnsiConsole console, VerifyAnswer answer)
    {
        var table = Terminal.Table("check", "", "now", "before");
        foreach (var check in answer.Checks)
            table.Row(check.Name, check.Ok ? "ok" : "NOT OK", check.Now, check.Before);
        console.Write(table);
        foreach (var id in answer.Cured)
            console.Line($"cured: {id}");
        foreach (var id in answer.New)
            console.Line($"new: {id}");
    }
}

/// <summary>The checks, and findings that have gone or come since the earlier diagnosis.</summary>
internal sealed record VerifyAnswer(IReadOnlyList<CheckAnswer> Checks, double? AddTaskSeconds, IReadOnlyList<string> Cured, IReadOnlyList<string> New, IReadOnlyList<FindingAnswer> Findings)
{
    private const double LongAdd = 1;

    public static VerifyAnswer Of(DiagnoseAnswer? before, QueueFiguresAnswer first, DiagnoseAnswer now, (double? Seconds, string? Fault) added)
    {
        var known = before?.Findings.Select(static finding => finding.Id).ToHashSet() ?? [];
        var here = now.Findings.Select(static finding => finding.Id).ToHashSet();
        var isMoving = now.Queue.Queued == 0 || now.Queue.Finished != first.Finished || now.Queue.Running != first.Running || now.Queue.Queued < first.Queued;
        return new VerifyAnswer(
            [
                new("resources", !here.Overlaps(["cpu.busy", "memory.full", "disk.full", "disk.inodes", "io.stalled", "descriptors.few"]), $"cpu {Of(now, "cpu")}, memory {Of(now, "memory")}, disk {Of(now, "disk")}", before is null ? null : $"cpu {Of(before, "cpu")}, memory {Of(before, "memory")}, disk {Of(before, "disk")}"),
                new("queue can be read", now.Queue.Error is null, now.Queue.Error ?? $"{Format.Count(now.Queue.Tasks ?? 0)} tasks", before is null ? null : before.Queue.Error ?? $"{Format.Count(before.Queue.Tasks ?? 0)} tasks"),
                new("queue is moving", isMoving, $"{Format.Count(now.Queue.Queued)} queued, {Format.Count(now.Queue.Finished)} finished", before is null ? null : $"{Format.Count(before.Queue.Queued)} queued, {Format.Count(before.Queue.Finished)} finished"),
                new("time to add a task", added.Seconds < LongAdd, added.Seconds is { } seconds ? Format.Seconds(seconds) : added.Fault, null),
                new("spawn time", !here.Contains("workers.slow_spawn"), Seconds(now.Workers.MeanSpawnTime), before is null ? null : Seconds(before.Workers.MeanSpawnTime)),
                new("refused calls", before is null ? now.Logs.RefusedCalls == 0 : now.Logs.RefusedCalls <= before.Logs.RefusedCalls, Format.Count(now.Logs.RefusedCalls), before is null ? null : Format.Count(before.Logs.RefusedCalls)),
                new("error lines", before is null || now.Logs.ErrorLines <= before.Logs.ErrorLines, Format.Count(now.Logs.ErrorLines), before is null ? null : Format.Count(before.Logs.ErrorLines)),
                new("no new findings", before is null || here.IsSubsetOf(known), $"{here.Count} findings", before is null ? null : $"{known.Count} findings"),
            ],
            added.Seconds,
            [.. known.Except(here).Order(StringComparer.Ordinal)],
            before is null ? [] : [.. here.Except(known).Order(StringComparer.Ordinal)],
            now.Findings);
    }

    private static string Of(DiagnoseAnswer answer, string part) => part switch
    {
        "cpu" => answer.Resources.Cpu["utilization"].ToString(),
        "memory" => answer.Resources.Memory["utilization"].ToString(),
        _ => answer.Resources.Disk["utilization"].ToString(),
    };

    private static string Seconds(double? seconds) => seconds is { } known ? Format.Seconds(known) : "unknown";
}

/// <summary>One line of the list.</summary>
internal sealed record CheckAnswer(string Name, bool Ok, string? Now, string? Before);
