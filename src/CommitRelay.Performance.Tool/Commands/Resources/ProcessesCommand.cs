using System.CommandLine;
using System.Text.Json;
using CommitRelay.Performance.Probes;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>processes</c>: the busiest ones, those whose command matches, or the one a pid file names.</summary>
internal static class ProcessesCommand
{
    /// <summary>Columns of a terminal from which on all is shown.</summary>
    private const int WidthOfAll = 120;

    public static Command Create(ToolHost host)
    {
        var match = new Option<string?>("--match") { Description = "Only processes whose command line holds this text.", HelpName = "TEXT" };
        var pidFile = new Option<string?>("--pid-file") { Description = "Only the process that this file names. Exit code 1 when it does not run.", HelpName = "FILE" };
        var top = CommonOptions.Top(10, "processes");
        var interval = CommonOptions.Duration("--interval", "Time between two looks, over which use now is; 0s for one look, which tells use over the life only.", "500ms");
        var by = new Option<string>("--by") { Description = "cpu or memory. Default cpu.", HelpName = "cpu|memory", DefaultValueFactory = _ => "cpu" };
        by.AcceptOnlyFromAmong("cpu", "memory");
        return new ToolCommand(host, "processes", "Processes with what they use now and over their life.", "relay-perf processes --match worker --by memory") { match, pidFile, top, by, interval }
            .Does(async run =>
            {
                var probe = new ProcessProbe(new ProbeOptions { Time = run.Time });
                var table = probe.Sample();
                if (run.Get(interval) > TimeSpan.Zero)
                {
                    await Task.Delay(Quantities.Wait(run.Get(interval)), run.Time, run.Stop).ConfigureAwait(false);
                    table = probe.Sample();
                }

                var named = run.Get(pidFile) is { } path ? probe.Check(path) : null;
                var order = run.Get(by) == "memory" ? ProcessOrder.Memory : ProcessOrder.Cpu;
                var found = named is null ? table.Top(table.Count, order) : named.Process is { } one ? [table.Find(one.Pid) ?? one] : [];
                var processes = found.Select(process => ProcessAnswer.Of(process, probe))
                    .Where(process => run.Get(match) is not { } text || process.Command.Contains(text, StringComparison.OrdinalIgnoreCase))
                    .Take(run.Get(top)).ToList();
                var answer = new ProcessesAnswer(processes, table.IncompleteBecause, named is null ? null : new PidFileAnswer(named.Path, JsonNamingPolicy.SnakeCaseLower.ConvertName(named.State.ToString()), named.Detail));
                run.Output.Answer(answer, AnswerJson.Default.ProcessesAnswer, console => Print(console, answer));
                return named is null or { State: PidFileState.Alive } ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static void Print(IAnsiConsole console, ProcessesAnswer answer)
    {
        if (answer.PidFile is { } file)
            console.Line($"{file.Path}: {file.State}: {file.Detail}");
        if (answer.IncompleteBecause is { } reason)
            console.Line($"Not all processes can be seen: {reason}");
        var isWide = console.Profile.Width >= WidthOfAll;
        var table = isWide
            ? Terminal.Table(" pid", " parent", "state", " cpu now", " cpu life", " resident", " threads", " elapsed", "command")
            : Terminal.Table(" pid", " cpu now", " resident", "command");
        foreach (var process in answer.Processes)
        {
            var (pid, resident, command) = (Number(process.Pid), process.Resident is { } bytes ? Format.Bytes(bytes) : null, Shortened(process.Command));
            if (isWide)
                table.Row(pid, Number(process.Parent), process.State, Cores(process.CpuNow), Cores(process.CpuLifetime), resident, process.Threads is { } threads ? Format.Count(threads) : null, process.Elapsed is { } seconds ? Format.Seconds(seconds) : null, command);
            else
                table.Row(pid, Cores(process.CpuNow), resident, command);
        }

        console.Write(table);
    }

    private static string Number(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Cores(double? cores) => cores is { } known ? Format.Number(known) : null;

    private static string Shortened(string command) => command.Length <= 80 ? command : command[..79] + "…";
}

internal sealed record ProcessesAnswer(IReadOnlyList<ProcessAnswer> Processes, string? IncompleteBecause, PidFileAnswer? PidFile);

/// <summary>Processor use in cores, sizes in bytes, times in seconds; null for what the system does not tell.</summary>
internal sealed record ProcessAnswer(int Pid, int Parent, string State, double? CpuNow, double? CpuLifetime, long? Resident, long? Virtual, long? Threads, double? Elapsed, long? Descriptors, string Command)
{
    /// <summary>Counting descriptors lists a folder of the system for each process.</summary>
    public static ProcessAnswer Of(ProcessSample process, ProcessProbe probe, bool withDescriptors = true) => new(
        process.Pid,
        process.ParentPid,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(process.State.ToString()),
        process.CpuNow.ValueOrNull,
        process.CpuLifetime.ValueOrNull,
        process.Resident.ValueOrNull,
        process.Virtual.ValueOrNull,
        process.Threads.ValueOrNull,
        process.Uptime.ValueOrNull,
        withDescriptors ? probe.Descriptors(process.Pid).ValueOrNull : null,
        probe.CommandLine(process.Pid) ?? $"[{process.Name}]");
}

internal sealed record PidFileAnswer(string Path, string State, string Detail);
