using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Benchmarks.Queues;
using CommitRelay.Performance.Benchmarks.Reports;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>process-figures [--only jq,memory,growth] [--runs 5] [--most 4000]</c>: whole processes from start to end, on the JIT and compiled ahead of time:
/// time against jq, peak working set against a program that does nothing, growth from 1 MB up to so many MB. Large files are removed afterwards.
/// </summary>
internal sealed class ProcessFigures(string folder, int runs)
{
    private static readonly int[] MemorySizes = [200, 2000];
    private static readonly int[] GrowthSizes = [1, 10, 100, 1000, 4000];
    private readonly (string Name, string File, string[] Start)[] _builds =
    [
        ("JIT", "dotnet", [Path.Combine(folder, "jit", "QueueCount.dll")]),
        ("AOT", Path.Combine(folder, "aot", "QueueCount"), []),
    ];

    public static Task<int> RunAsync(string[] args)
    {
        var only = Options.Of(args, "--only")?.Split(',') ?? ["jq", "memory", "growth"];
        var most = int.Parse(Options.Of(args, "--most") ?? "4000", CultureInfo.InvariantCulture);
        var folder = Path.Combine(Path.GetTempPath(), "commitrelay-process-figures");
        var project = Path.Combine(MeasuredResults.Root, "benchmarks", "QueueCount");
        Start("dotnet", ["publish", project, "-c", "Release", "-v", "q", "--nologo", "-p:Aot=false", "-o", Path.Combine(folder, "jit")]);
        Start("dotnet", ["publish", project, "-c", "Release", "-v", "q", "--nologo", "-p:Aot=true", "-o", Path.Combine(folder, "aot")]);
        var figures = new ProcessFigures(folder, int.Parse(Options.Of(args, "--runs") ?? "5", CultureInfo.InvariantCulture));
        if (only.Contains("jq"))
            figures.AgainstJq();
        if (only.Contains("memory"))
            figures.Memory(most);
        if (only.Contains("growth"))
            figures.Growth(most);
        return Task.FromResult(0);
    }

    private void AgainstJq()
    {
        var file = QueueFile.Get(200);
        string version;
        try
        {
            version = Start("jq", ["--version"]).Output;
        }
        catch (Win32Exception)
        {
            Console.WriteLine("jq: left out, it is not installed");
            return;
        }

        foreach (var (name, program, start) in _builds)
        {
            foreach (var cores in new[] { "1", "2" })
            {
                var pairs = Enumerable.Range(0, runs).Select(_ => (
                    Ours: Start(program, [.. start, "count", file, cores]),
                    Jq: Start("jq", ["[.tasks[] | select(.status == \"queued\")] | length", file]))).ToArray();
                if (pairs.Any(static pair => pair.Ours.Output.Split(' ')[0] != pair.Jq.Output))
                    throw new InvalidOperationException($"{name} and jq differ: {pairs[0].Ours.Output} and {pairs[0].Jq.Output}.");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"count, 200 MB, whole process, {name}, {cores} core(s): {Pairs.Median(pairs.Select(static p => p.Ours.Milliseconds)):f0} ms, {version}: {Pairs.Median(pairs.Select(static p => p.Jq.Milliseconds)):f0} ms, ratio {Pairs.Median(pairs.Select(static p => p.Jq.Milliseconds / p.Ours.Milliseconds)):f1}"));
            }
        }
    }

    private void Memory(int most)
    {
        foreach (var megabytes in MemorySizes.Where(size => size <= most))
        {
            WithFile(megabytes, file =>
            {
                foreach (var (name, program, start) in _builds)
                {
                    var empty = Peak(program, [.. start, "empty"]);
                    foreach (var cores in new[] { "1", "2" })
                    {
                        var ours = Peak(program, [.. start, "count", file, cores]);
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak working set, {megabytes} MB, {name}, {cores} core(s): {ours / 1000:f1} MB, empty program {empty / 1000:f1} MB, {(ours - empty) / 1000:f1} MB more"));
                    }
                }
            });
        }
    }

    private void Growth(int most)
    {
        foreach (var megabytes in GrowthSizes.Where(size => size <= most))
        {
            WithFile(megabytes, file =>
            {
                foreach (var (name, program, start) in _builds)
                {
                    var empty = Time(program, [.. start, "empty"]);
                    var ours = Time(program, [.. start, "count", file, "1"]);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"growth, {megabytes} MB, {name}: {ours:f0} ms, empty program {empty:f0} ms, {megabytes / Math.Max(ours - empty, 0.1) * 1000:f0} MB/s without it"));
                }
            });
        }
    }

    /// <summary>Reads the file once, so that it lies in the page cache; one of more than 200 MB is removed afterwards.</summary>
    private static void WithFile(int megabytes, Action<string> measure)
    {
        var file = QueueFile.Get(megabytes);
        try
        {
            Peers.BareRead.Run(file);
            measure(file);
        }
        finally
        {
            if (megabytes > 200)
                File.Delete(file);
        }
    }

    private double Peak(string program, string[] args)
        => Pairs.Median(Enumerable.Range(0, runs).Select(_ => double.Parse(Start(program, args).Output.Split(' ')[1], CultureInfo.InvariantCulture)));

    private double Time(string program, string[] args) => Pairs.Median(Enumerable.Range(0, runs).Select(_ => Start(program, args).Milliseconds));

    private static (string Output, double Milliseconds) Start(string program, string[] args)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0 ? (output.Trim(), milliseconds) : throw new InvalidOperationException($"{program} {string.Join(' ', args)} ended with {process.ExitCode}: {output}");
    }
}
