using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Probes;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>probe-figures [--processes 500] [--pairs 20]</c>: a full host sample against a bare pread loop over the same files and against
/// <c>ps</c> and <c>df</c>, and by the file against ResourceMonitoring; a table of all processes against Process.GetProcesses with the same fields.
/// </summary>
internal static partial class ProbeFigures
{
    private const int Rounds = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        Pairs.Count = int.Parse(Options.Of(args, "--pairs") ?? "20", CultureInfo.InvariantCulture);
        await HostAsync();
        Processes(int.Parse(Options.Of(args, "--processes") ?? "500", CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task HostAsync()
    {
        var before = OpenFiles();
        using var probe = new HostProbe();
        var sample = probe.Sample();
        var paths = OpenFiles().Except(before).ToArray();
        var handles = paths.Select(static path => File.OpenHandle(path)).ToArray();
        var buffer = new byte[8192];

        // A probe lives as long as its host. The compiler takes up in a pause what was called often before, three times over.
        for (var round = 0; round < 6; round++)
        {
            Repeat(() => probe.Sample(sample));
            Repeat(() => ReadAll(handles, buffer));
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None);
        }

        var loop = Pairs.Measure(() => Repeat(() => probe.Sample(sample)), () => Repeat(() => ReadAll(handles, buffer)));
        Console.WriteLine($"host sample: {loop.OursMilliseconds * 1000 / Rounds:F1} us, a bare loop over its {handles.Length} files {loop.PeerMilliseconds * 1000 / Rounds:F1} us: {1 / loop.Ratio:F2} x the loop");
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Repeat(() => probe.Sample(sample));
        Console.WriteLine($"allocated by {Rounds} samples: {GC.GetAllocatedBytesForCurrentThread() - allocated} bytes, of which the loop's own delegate");
        var programs = Pairs.Measure(() => probe.Sample(sample), RunPrograms, 10);
        Console.WriteLine($"ps and df: {programs.PeerMilliseconds:F2} ms, {programs.Ratio:F0} x a host sample");
        ResourceMonitoring(probe, sample, handles.Length);
        foreach (var handle in handles)
            handle.Dispose();
    }

    private static void Processes(int count)
    {
        var children = Enumerable.Range(0, count).Select(static _ => Process.Start("sleep", "600")).ToArray();
        try
        {
            var probe = new ProcessProbe();
            var seen = 0;
            var result = Pairs.Measure(() => seen = probe.Sample().Count, PeerTable);
            Console.WriteLine($"table of {seen} processes: {result.OursMilliseconds:F2} ms, Process.GetProcesses with CPU and memory {result.PeerMilliseconds:F2} ms: {result.Ratio:F1} x as fast");
        }
        finally
        {
            foreach (var child in children)
            {
                child.Kill();
                child.Dispose();
            }
        }
    }

    private static void PeerTable()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    _ = process.TotalProcessorTime;
                    _ = process.WorkingSet64;
                    _ = process.ProcessName;
                }
                catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // Ended meanwhile.
                }
            }
        }
    }

    private static void Repeat(Action work)
    {
        for (var i = 0; i < Rounds; i++)
            work();
    }

    private static void ReadAll(SafeFileHandle[] handles, byte[] buffer)
    {
        foreach (var handle in handles)
            _ = RandomAccess.Read(handle, buffer, 0);
    }

    private static void RunPrograms()
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "ps aux > /dev/null; df -B1 / > /dev/null"]))!;
        process.WaitForExit();
    }

    private static HashSet<string> OpenFiles()
        => [.. Directory.GetFiles("/proc/self/fd").Select(static link => new FileInfo(link).LinkTarget).OfType<string>().Where(static path => path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/sys/", StringComparison.Ordinal))];
}
