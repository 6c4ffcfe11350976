using System.CommandLine;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>diagnose</c>: all that the runbook looks at, in one go, with what to do about it.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(ToolHost host)
    {
        return new ToolCommand(host, "diagnose", "Looks at machine, queue, workers, events, files and logs, and says what holds the workers back, the worst first, with evidence and cure. Exit code 1 when there are findings.", "relay-perf diagnose --json > before.json")
            .Does(async run =>
            {
                var evidence = await Evidence.GatherAsync(run).ConfigureAwait(false);
                var answer = DiagnoseAnswer.Of(run.Time.GetUtcNow(), evidence);
                run.Output.Answer(answer, AnswerJson.Default.DiagnoseAnswer, console => Print(console, answer));
                return answer.Findings.Count == 0 ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static void Print(IAnsiConsole console, DiagnoseAnswer answer)
    {
        if (answer.Findings.Count == 0)
            console.Line("Nothing holds the workers back.");
        foreach (var finding in answer.Findings)
        {
            console.Write(new Text($"{finding.Severity,-8} ", new Style(finding.Severity switch { "critical" => Color.Red, "warning" => Color.Yellow, _ => Color.Blue })));
            console.Line(finding.Title);
            console.Line($"         {finding.Evidence}");
            console.Line($"         cure: {finding.Cure}\n".TrimEnd());
        }

        if (answer.Queue.Tasks is { } tasks)
            console.Line($"Queue: {Format.Count(tasks)} tasks, {Format.Count(answer.Queue.Queued)} queued, {Format.Count(answer.Queue.Running)} running, {Format.Count(answer.Queue.Finished)} finished; read in {Format.Seconds(answer.Queue.ReadSeconds ?? 0)}.");
        console.Line($"Workers: {Format.Count(answer.Workers.ActiveFiles)} active specs, {Format.Count(answer.Workers.ActiveReadable)} readable. Events: {Format.Count(answer.Events.Count)} in {Format.Bytes(answer.Events.Bytes)}. Files: {Format.Count(answer.Files.Files)}, {Format.Bytes(answer.Files.Bytes)}.");
    }
}
