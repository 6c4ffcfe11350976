using System.Globalization;
using CommitRelay.Performance.Probes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.ResourceMonitoring;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <content>A host sample against one of Microsoft.Extensions.Diagnostics.ResourceMonitoring, by the file: the two do not read the same number.</content>
internal static partial class ProbeFigures
{
    /// <summary>
    /// /proc/stat, CPU use, memory use and memory.stat of the control group, of either version; counted with
    /// <c>strace -e openat</c>, since it opens them anew for each sample.
    /// </summary>
    private const int PeerFiles = 4;

    private static void ResourceMonitoring(HostProbe probe, HostSample sample, int files)
    {
        using var services = new ServiceCollection().AddLogging().AddMetrics().AddResourceMonitoring().BuildServiceProvider();
        var peer = PeerSampler(services);
        var result = Pairs.Measure(() => Repeat(() => probe.Sample(sample)), () => Repeat(() => peer()));
        Report("ours", result.OursMilliseconds, files, () => probe.Sample(sample));
        Report("ResourceMonitoring", result.PeerMilliseconds, PeerFiles, () => peer());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ResourceMonitoring takes {result.Ratio * files / PeerFiles:F1} x as long per file"));
    }

#pragma warning disable EXTOBS0001 // Obsolete in favour of its instruments, which answer from what they read up to 5 s ago: no sample to measure.
    /// <summary>What its hosted service calls once a period. The type is internal; the public ones answer from what that call has left behind.</summary>
    private static Func<Snapshot> PeerSampler(IServiceProvider services)
    {
        var type = typeof(IResourceMonitor).Assembly.GetType("Microsoft.Extensions.Diagnostics.ResourceMonitoring.ISnapshotProvider", throwOnError: true)!;
        return type.GetMethod("GetSnapshot")!.CreateDelegate<Func<Snapshot>>(services.GetRequiredService(type));
    }
#pragma warning restore EXTOBS0001

    private static void Report(string name, double milliseconds, int files, Action take)
    {
        var (reads, bytes) = (Reads(), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < Rounds; i++)
            take();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        reads = Reads() - reads;
        var microseconds = milliseconds * 1000 / Rounds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {files} files, {(double)reads / Rounds:F1} reads and {(double)bytes / Rounds:F0} bytes allocated a sample; {microseconds:F1} us a sample, {microseconds / files:F2} us a file"));
    }

    /// <summary>How many read calls this process has made, as the kernel counts them.</summary>
    private static long Reads()
        => long.Parse(File.ReadLines("/proc/self/io").First(static line => line.StartsWith("syscr:", StringComparison.Ordinal)).AsSpan("syscr: ".Length), CultureInfo.InvariantCulture);
}
