using System.CommandLine;
using CommitRelay.Performance.Probes;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>resources</c>: processor, memory, pressure, the home's disk, descriptors.</summary>
internal static class ResourcesCommand
{
    public static Command Create(ToolHost host)
    {
        var interval = CommonOptions.Duration("--interval", "Time between two looks; rates are over it.", "1s");
        var samples = CommonOptions.Count("--samples", "How many answers; 0 for no end. Default 1.", 1);
        var watch = new Option<bool>("--watch") { Description = "Without end, the same as --samples 0." };
        return new ToolCommand(host, "resources", "Processor, memory, swap, pressure, network, and the disk that the home lies on.", "relay-perf resources --interval 5s --json") { interval, samples, watch }
            .Does(async run =>
            {
                using var machine = new HostProbe(new ProbeOptions { Time = run.Time });
                using var disk = new DiskProbe(run.Home.Root, new ProbeOptions { Time = run.Time });

                // Rates are between two looks, so the first one only begins the interval.
                machine.Sample();
                disk.Sample();
                await Task.Delay(Quantities.Wait(run.Get(interval)), run.Time, run.Stop).ConfigureAwait(false);
                await run.RepeatAsync(run.Get(interval), run.Get(watch) ? 0 : run.Get(samples), () =>
                {
                    var answer = ResourcesAnswer.Of(machine.Sample(), disk.Sample());
                    run.Output.Answer(answer, AnswerJson.Default.ResourcesAnswer, console => Print(console, answer));
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
                return ExitCodes.Fine;
            });
    }

    private static void Print(IAnsiConsole console, ResourcesAnswer answer)
    {
        var table = Terminal.Table("resource", "reading", "value");
        foreach (var (section, name, reading) in answer.Rows())
            table.Row(section, name.Replace('_', ' '), reading.ToString());
        console.Write(table);
    }
}
