using System.CommandLine;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>watch</c>: the live dashboard.</summary>
internal static class WatchCommand
{
    private const int WidthOfFiles = 100;
    private static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(100);

    public static Command Create(ToolHost host)
    {
        var interval = CommonOptions.Duration("--interval", "Time between two looks.", "2s");
        var samples = new Option<int>("--samples") { Description = "Looks before it ends; 0 for no end. Default 0.", HelpName = "N" };
        return new ToolCommand(host, "watch", "A live dashboard: queue, waits, workers, events and completed tasks a minute, tokens, machine, alerts. Keys: s sorts the processes by cpu or memory, f filters the events (all, warnings and errors), q ends.", "relay-perf watch --interval 5s") { interval, samples }
            .Does(async run =>
            {
                using var source = new DashboardSource(run);
                var view = new DashboardView();
                var looks = run.Get(samples);
                if (run.Host.TerminalWidth is null)
                {
                    await run.RepeatAsync(run.Get(interval), looks, async () => Print(run, Dashboard.Render(await source.LookAsync().ConfigureAwait(false), view, WidthOfFiles))).ConfigureAwait(false);
                    return ExitCodes.Fine;
                }

                await LiveAsync(run, source, view, run.Get(interval), looks).ConfigureAwait(false);
                return ExitCodes.Fine;
            });
    }

    private static void Print(CommandRun run, Spectre.Console.Rendering.IRenderable picture) => run.Output.Text(console =>
    {
        console.Profile.Width = WidthOfFiles;
        console.Write(picture);
    });

    private static async Task LiveAsync(CommandRun run, DashboardSource source, DashboardView view, TimeSpan interval, int looks)
    {
        using var writer = new StreamWriter(run.Host.Out, leaveOpen: true) { AutoFlush = true };
        var console = Terminal.Create(writer, run.Host.TerminalWidth);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        try
        {
            await console.AlternateScreenAsync(run.Host.Out, async () =>
            {
                for (var done = 1; looks == 0 || done <= looks; done++)
                {
                    var state = await source.LookAsync().ConfigureAwait(false);
                    Draw(console, run, state, view);
                    var next = run.Time.GetTimestamp();
                    while (run.Time.GetElapsedTime(next) < interval)
                    {
                        if (view.TakeKeys())
                            Draw(console, run, state, view);
                        if (view.HasEnded)
                            return;
                        await Task.Delay(KeyPause, run.Time, end.Token).ConfigureAwait(false);
                    }
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Being stopped is how watching ends.
        }
    }

    /// <summary>Overwrites in place: clearing first would flicker.</summary>
    private static void Draw(IAnsiConsole console, CommandRun run, DashboardState state, DashboardView view)
    {
        var width = Console.IsOutputRedirected ? run.Host.TerminalWidth!.Value : Math.Max(40, Console.WindowWidth);
        console.Profile.Width = width;
        console.Write(new ControlCode("\e[H"));
        console.Write(Dashboard.Render(state, view, width));
        console.Write(new ControlCode("\e[J"));
        run.Host.Out.Flush();
    }

    private static async Task AlternateScreenAsync(this IAnsiConsole console, Stream output, Func<Task> work)
    {
        console.Write(new ControlCode("\e[?1049h\e[?25l"));
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            console.Write(new ControlCode("\e[?25h\e[?1049l"));
            await output.FlushAsync().ConfigureAwait(false);
        }
    }
}
