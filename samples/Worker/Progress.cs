using System.Diagnostics;

namespace CommitRelay.Samples.Worker;

/// <summary>What the run has done so far, shown once a second: one line rewritten on a terminal, a line a second elsewhere.</summary>
internal sealed class Progress(WorkerReport report, TimeProvider time) : BackgroundService
{
    private const int BarWidth = 30;
    private readonly bool _terminal = !Console.IsErrorRedirected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Show(_terminal ? "\r" : "", _terminal ? "" : "\n");
        }
        catch (OperationCanceledException)
        {
            if (_terminal)
                Show("\r", "\n");
        }
    }

    private void Show(string before, string after)
    {
        var done = report.Done;
        var open = Math.Max(report.OpenAtStart, done);
        var share = open == 0 ? 1 : (double)done / open;
        var filled = (int)(share * BarWidth);
        var bar = new string('#', filled) + new string('.', BarWidth - filled);
        Debug.Assert(bar.Length == BarWidth);
        Console.Error.Write($"{before}[{bar}] {done,6:N0} of {open:N0} tasks, {report.Running} running, {report.Api?.Refused ?? 0} refused{after}");
    }
}
