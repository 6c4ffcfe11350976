using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks;

/// <summary><c>count FILE CORES</c> counts the queued tasks, <c>empty</c> does nothing; both print a number and the peak working set in kB (0 where the system does not tell).</summary>
internal static class Program
{
    private static async Task Main(string[] args)
    {
        var count = args is ["count", var path, var cores] ? await CountAsync(path, int.Parse(cores, System.Globalization.CultureInfo.InvariantCulture)) : 0;
        Console.WriteLine($"{count} {PeakKilobytes()}");
    }

    private static Task<long> CountAsync(string path, int cores)
        => new QueueReader(new QueueReaderOptions { MaxCores = cores }).CountAsync(path, JsonFilter.EqualTo("status", "queued"));

    private static string PeakKilobytes()
        => File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
            ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim()
            : "0";
}
