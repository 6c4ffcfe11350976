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
                run.Output.Answer(answer, AnswerJson.Default.WorkersAnswer, console => Print(console, answer));
                return Task.FromResult(ExitCodes.Fine);
            });
    }

    public static WorkersAnswer Look(CommandRun run)
    {
        var folder = WorkerSpecFolder.Read(run.Home.WorkerSpecFolder("active"), run.Stop);
        var workers = ActiveWorker.Look(run.Home, folder.Specs, new ProcessProbe(new ProbeOptions { Time = run.Time }), run.Time.GetUtcNow());
        return new WorkersAnswer(folder.Files, [.. workers.Select(worker => ActiveWorkerAnswer.Of(worker, run.Time.GetUtcNow()))], [.. folder.Invalid.Select(InvalidFileAnswer.Of)]);
    }

    private static void Print(IAnsiConsole console, WorkersAnswer answer)
    {
        console.Line($"{Format.Count(answer.Files)} active specs, of which {Format.Count(answer.Workers.Count)} can be read.");
        var table = Terminal.Table("worker", "type", "status", " process", " age", " limit", " heartbeat", " tokens");
        foreach (var worker in answer.Workers)
            table.Row(worker.WorkerId ?? worker.File, worker.WorkerType, worker.Status, worker.ProcessId is { } pid ? pid.ToString(System.Globalization.CultureInfo.InvariantCulture) + (worker.ProcessAlive == false ? " (gone)" : "") : null, Seconds(worker.AgeSeconds), Seconds(worker.TimeLimitSeconds), worker.HeartbeatAgeSeconds is { } age ? Format.Seconds(age) + " ago" : null, worker.TokenBudget is { } tokens ? Format.Count(tokens) : null);
        console.Write(table);
        foreach (var invalid in answer.InvalidFiles)
            console.Line(invalid.ToString());
    }

    private static string? Seconds(long? seconds) => seconds is { } known ? Format.Seconds(known) : null;
}

internal sealed record WorkersAnswer(long Files, IReadOnlyList<ActiveWorkerAnswer> Workers, IReadOnlyList<InvalidFileAnswer> InvalidFiles);

/// <summary>One active worker; age since its start, else its creation. Null where the spec does not tell.</summary>
internal sealed record ActiveWorkerAnswer(string File, string? WorkerId, string? WorkerType, string? TaskId, string? Status, int? ProcessId, bool? ProcessAlive, long? AgeSeconds, long? TimeLimitSeconds, long? HeartbeatAgeSeconds, long? TokenBudget, bool Stale, bool Overrunning)
{
    public static ActiveWorkerAnswer Of(ActiveWorker worker, DateTimeOffset now) => new(
        Path.GetFileName(worker.Spec.File),
        worker.Spec.WorkerId,
        worker.Spec.WorkerType,
        worker.Spec.TaskId,
        worker.Spec.Status,
        worker.Process?.Pid ?? worker.Spec.ProcessId,
        worker.Process is not null ? true : worker.Spec.ProcessId is null ? null : false,
        Seconds(worker.Age),
        Seconds(worker.Spec.TimeLimit),
        Seconds(now - worker.Spec.LastHeartbeat),
        worker.Spec.TokenBudget,
        worker.IsStale,
        worker.IsOverrunning);

    private static long? Seconds(TimeSpan? time) => time is { } known ? (long)known.TotalSeconds : null;
}
