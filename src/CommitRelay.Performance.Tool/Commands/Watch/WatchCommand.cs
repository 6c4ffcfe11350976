using System.CommandLine;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>watch</c>: the live dashboard.</summary>
internal static class WatchCommand
{
    private const int WidthOfFiles = 100;
    private static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(200);

    public static Command Create(ToolHost host)
    {
        var interval = CommonOptions.Duration("--interval", "Time between two looks.", "2s");
        var samples = CommonOptions.Count("--samples", "Looks before it ends; 0 for no end. Default 0.", 0);
        return new ToolCommand(host, "watch", "A live dashboard: queue, waits, workers, events and completed tasks a minute, tokens, machine, alerts. Keys: s sorts the processes by cpu or memory, f filters the events (all, warnings and errors), q ends.", "relay-perf watch --interval 5s") { interval, samples }
            .Does(async run =>
            {
                using var source = new DashboardSource(run);
                var view = new DashboardView();
                var looks = run.Get(samples);
                if (run.Host.TerminalWidth is null || run.Output.IsJson)
                    await run.RepeatAsync(run.Get(interval), looks, async () => Print(run, await source.LookAsync().ConfigureAwait(false), view)).ConfigureAwait(false);
                else
                    await LiveAsync(run, source, view, run.Get(interval), looks).ConfigureAwait(false);
                return ExitCodes.Fine;
            });
    }

    private static void Print(CommandRun run, DashboardState state, DashboardView view) => run.Output.Answer(WatchAnswer.Of(state), AnswerJson.Default.WatchAnswer, console =>
    {
        console.Profile.Width = WidthOfFiles;
        console.Write(Dashboard.Render(state, view, WidthOfFiles));
    });

    private static async Task LiveAsync(CommandRun run, DashboardSource source, DashboardView view, TimeSpan interval, int looks)
    {
        run.Progress.End();
        var screen = new DashboardScreen(run.Host);
        try
        {
            await screen.ShowAsync(async () =>
            {
                for (var done = 1; looks == 0 || done <= looks; done++)
                {
                    var state = await source.LookAsync().ConfigureAwait(false);
                    screen.Draw(state, view);
                    var next = run.Time.GetTimestamp();
                    while (run.Time.GetElapsedTime(next) < interval)
                    {
                        if (view.TakeKeys() || screen.HasChangedSize)
                            screen.Draw(state, view);
                        if (view.HasEnded)
                            return;
                        await Task.Delay(KeyPause, run.Time, run.Stop).ConfigureAwait(false);
                    }
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Being stopped is how watching ends.
        }
    }
}
