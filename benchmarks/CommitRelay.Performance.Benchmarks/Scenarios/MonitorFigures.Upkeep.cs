using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <content>Upkeep against the runbook's <c>find</c>.</content>
internal static partial class MonitorFigures
{
    private const int UpkeepPairs = 5;
    private static readonly DateTime LongAgo = new(2025, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Half of the logs are old and go. Each run has a tree of its own, made before the clock starts.</summary>
    private static void Upkeep(string folder, int files)
    {
        var times = new (double Ours, double Peer)[Math.Min(UpkeepPairs, Pairs.Count)];
        for (var i = 0; i <= times.Length; i++)
        {
            // The first pair warms up.
            var (ours, peer) = (Clean(folder, files, ByLibrary), Clean(folder, files, ByFind));
            if (i > 0)
                times[i - 1] = (ours, peer);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"upkeep of {files} logs, half of them old: {Pairs.Median(times.Select(static t => t.Ours)):F0} ms, find -delete {Pairs.Median(times.Select(static t => t.Peer)):F0} ms: {Pairs.Median(times.Select(static t => t.Ours / t.Peer)):F2} x find"));
    }

    private static double Clean(string folder, int files, Action<RelayHome> clean)
    {
        var home = new RelayHome(Path.Combine(folder, "cleaned"));
        for (var i = 0; i < files; i++)
        {
            var logs = Path.Combine(home.Logs, "workers", $"day-{i % 100}");
            if (i < 100)
                Directory.CreateDirectory(logs);
            var log = Path.Combine(logs, $"worker-implementation-{i}.log");
            File.WriteAllText(log, "INFO task generated\n");
            if (i / 100 % 2 == 0)
                File.SetLastWriteTimeUtc(log, LongAgo);
        }

        var start = Stopwatch.GetTimestamp();
        clean(home);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var left = Directory.EnumerateFiles(home.Logs, "*", SearchOption.AllDirectories).Count();
        Directory.Delete(home.Root, recursive: true);
        return left == files / 2 ? milliseconds : throw new InvalidOperationException($"{left} of {files} logs are left.");
    }

    private static void ByLibrary(RelayHome home) => new HomeUpkeep(home).DeleteLogs(TimeSpan.FromDays(7));

    private static void ByFind(RelayHome home)
    {
        using var find = Process.Start("find", [home.Logs, "-name", "*.log*", "-type", "f", "-mtime", "+7", "-delete"]);
        find.WaitForExit();
    }
}
