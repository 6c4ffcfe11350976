using System.CommandLine;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>workers list</c>: the active specs, each with its process, age, budget, time limit and heartbeat.</summary>
internal static class WorkerListCommand
{
    public static Command Create(ToolHost host)
    {
        return new ToolCommand(host, "list", "The active worker specs: process, age, budget, time limit, heartbeat; and those that no parser reads.", "relay-perf workers list")
            .Does(run =>
            {
                var answer = Look(run);
                run.Output.Answer(answer, AnswerJson.Answers.WorkersAnswer, console => Print(console, answer));
                return Task.FromResult(ExitCodes.Fine);
            });
    }

    public static WorkersAnswer Look(CommandRun run)
    {
        var folder = WorkerSpecFolder.Read(run.Home.WorkerSpecFolder("active"), run.Stop);
        var probe = new ProcessProbe(new ProbeOptions { Time = run.Time });
        var now = run.Time.GetUtcNow();
        return new WorkersAnswer(
            folder.Files,
            [.. folder.Specs.Select(spec => ActiveWorkerAnswer.Of(spec, now, probe))],
            [.. folder.Invalid.Select(static file => new InvalidFileAnswer(Path.GetFileName(file.Path), file.ByteOffset, file.Line, file.Reason))]);
    }

    private static void Print(IAnsiConsole console, WorkersAnswer answer)
    {
        console.Line($"{Format.Count(answer.Files)} active specs, of which {Format.Count(answer.Workers.Count)} can be read.");
        var table = Terminal.Table("worker", "type", "status", " process", " age", " limit", " heartbeat", " tokens");
        foreach (var worker in answer.Workers)
            table.Row(worker.WorkerId ?? worker.File, worker.WorkerType, worker.Status, worker.ProcessId is { } pid ? pid.ToString(System.Globalization.CultureInfo.InvariantCulture) + (worker.ProcessAlive == false ? " (gone)" : "") : null, Seconds(worker.AgeSeconds), Seconds(worker.TimeLimitSeconds), worker.HeartbeatAgeSeconds is { } age ? Format.Seconds(age) + " ago" : null, worker.TokenBudget is { } tokens ? Format.Count(tokens) : null);
        console.Write(table);
        foreach (var invalid in answer.InvalidFiles)
            console.Line($"{invalid.File}: broken at byte {invalid.ByteOffset}, line {invalid.Line}: {invalid.Reason}");
    }

    private static string? Seconds(long? seconds) => seconds is { } known ? Format.Seconds(known) : null;
}

internal sealed record WorkersAnswer(long Files, IReadOnlyList<ActiveWorkerAnswer> Workers, IReadOnlyList<InvalidFileAnswer> InvalidFiles);

/// <summary>One active worker; age since its start, else its creation. Null where the spec does not tell.</summary>
internal sealed record ActiveWorkerAnswer(string File, string? WorkerId, string? WorkerType, string? TaskId, string? Status, int? ProcessId, bool? ProcessAlive, long? AgeSeconds, long? TimeLimitSeconds, long? HeartbeatAgeSeconds, long? TokenBudget)
{
    /// <summary>Whether it has run longer than it may.</summary>
    public bool IsOverrunning => AgeSeconds > TimeLimitSeconds;

    public static ActiveWorkerAnswer Of(WorkerSpec spec, DateTimeOffset now, ProcessProbe probe) => new(
        Path.GetFileName(spec.File),
        spec.WorkerId,
        spec.WorkerType,
        spec.TaskId,
        spec.Status,
        spec.ProcessId,
        spec.ProcessId is { } pid ? probe.IsAlive(new ProcessIdentity(pid, 0)) : null,
        (spec.StartedAt ?? spec.CreatedAt) is { } begun ? (long)(now - begun).TotalSeconds : null,
        spec.TimeLimit is { } limit ? (long)limit.TotalSeconds : null,
        spec.LastHeartbeat is { } beat ? (long)(now - beat).TotalSeconds : null,
        spec.TokenBudget);
}
