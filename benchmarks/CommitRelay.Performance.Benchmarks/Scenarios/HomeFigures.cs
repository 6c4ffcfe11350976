using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>home-figures [--folder /dev/shm] [--files 100000] [--size 200] [--pairs 10]</c>: the walk of a home against <c>find</c> that asks the same
/// of every file, and the scan of a log against <c>grep -ciE</c> of the same pattern. Both answers are compared too.
/// </summary>
internal static class HomeFigures
{
    private const string Pattern = "rate.*limit|429|too many";

    public static Task<int> RunAsync(string[] args)
    {
        var files = int.Parse(Options.Of(args, "--files") ?? "100000", CultureInfo.InvariantCulture);
        var megabytes = int.Parse(Options.Of(args, "--size") ?? "200", CultureInfo.InvariantCulture);
        Pairs.Count = int.Parse(Options.Of(args, "--pairs") ?? "10", CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(Options.Of(args, "--folder") ?? "/dev/shm", $"commitrelay-home-{Environment.ProcessId}")).FullName;
        try
        {
            Walk(Path.Combine(folder, "home"), files);
            Scan(Path.Combine(folder, "logs"), megabytes);
            return Task.FromResult(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Walk(string root, int files)
    {
        for (var i = 0; i < files; i++)
        {
            var folder = Path.Combine(root, "coordination", i % 2 == 0 ? "history" : "worker-specs", $"folder-{i % 200}");
            if (i < 200)
                Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"worker-implementation-{i}.json"), "{}");
        }

        var home = new RelayHome(root);
        var found = 0L;
        var result = Pairs.Measure(() => found = HomeFiles.Walk(home).Files, () => Run("find", root, "-type", "f", "-printf", "%s %T@\n"));
        Console.WriteLine($"walk of {found} files: {result.OursMilliseconds:F1} ms, find {result.PeerMilliseconds:F1} ms: {1 / result.Ratio:F2} x find");
    }

    private static void Scan(string folder, int megabytes)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, "worker.log");
        WriteLog(path, megabytes);
        var home = new RelayHome(folder);
        Compare($"rate limits in a log of {megabytes} MB", path, () => LogScan.RateLimits(home).LinesTotal);
        Compare($"refused calls in a log of {megabytes} MB", path, () => LogScan.RefusedCalls(home).LinesTotal);
        var counted = Run("grep", "-ciE", Pattern, path).Trim();
        var ours = LogScan.RateLimits(home).LinesTotal.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine(counted == ours ? $"both count {ours} lines" : $"MISMATCH: grep counts {counted}, we {ours}");
    }

    private static void Compare(string what, string path, Func<long> scan)
    {
        var found = 0L;
        var result = Pairs.Measure(() => found = scan(), () => Run("grep", "-ciE", Pattern, path));
        Console.WriteLine($"{what}: {found} lines, {result.OursMilliseconds:F1} ms, grep {result.PeerMilliseconds:F1} ms: {result.Ratio:F1} x as fast as LC_ALL=C grep -ciE");
    }

    internal static void WriteLog(string path, int megabytes)
    {
        string[] kinds =
        [
            "INFO  worker-implementation-{0} task generated in {1} ms, 3 operations, iteration 7 of strategy single_expert",
            "DEBUG heartbeat of worker-scan-{0}: status healthy, memory 2.04 MB, active for {1} s",
            "INFO  {{\"type\":\"task_completed\",\"worker_id\":\"w-{0}\",\"duration_seconds\":{1},\"accelerated\":false}}",
        ];
        using var writer = new StreamWriter(path);
        var bytes = 0L;
        for (var i = 0; bytes < megabytes * 1_000_000L; i++)
        {
            var line = i % 200 == 0
                ? $"2026-01-01T00:00:00Z WARN  call {i} refused: HTTP 429 Too Many Requests, rate limit of 50 a minute"
                : "2026-01-01T00:00:00Z " + string.Format(CultureInfo.InvariantCulture, kinds[i % 3], i % 97, i % 1013);
            writer.Write(line);
            writer.Write('\n');
            bytes += line.Length + 1;
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        if (program != "find")
            return process.StandardOutput.ReadToEnd();

        // What find prints is read and thrown away, as a pipe to wc would.
        var buffer = new byte[1 << 16];
        while (process.StandardOutput.BaseStream.Read(buffer) > 0)
        {
        }

        return "";
    }
}
