using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>monitor-figures --only governor [--limit 512] [--task 40] [--ceiling 32] [--sweep 8] [--seconds 75]</c>: more work than the memory of a control
/// group bears, at once and without end. Each task takes so many MB and holds them for half a second; one too many, and the kernel kills the
/// process. Every fixed number of tasks at once is tried in a process of its own, then a governor with its default options, fed by
/// <see cref="ResourceSignals"/> at their default thresholds of memory. Needs Linux and the right to make a control group below the own one. <c>--level N</c> runs one such process: 0 is the governor.
/// </summary>
internal sealed partial class GovernorFigures(string[] args)
{
    private const int LookMilliseconds = 100;
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(500);
    private readonly int _limit = Number(args, "--limit", 512);
    private readonly int _task = Number(args, "--task", 40);
    private readonly int _ceiling = Number(args, "--ceiling", 32);

    /// <summary>What a process told every tenth of a second: seconds since the load came, tasks at once, tasks done.</summary>
    private readonly record struct Moment(double Seconds, int Running, int Done);

    public static Task<int> RunAsync(string[] args)
    {
        var figures = new GovernorFigures(args);
        var level = Options.Of(args, "--level");
        return level is null ? Task.FromResult(figures.Compare()) : figures.WorkAsync(int.Parse(level, CultureInfo.InvariantCulture));
    }

    private int Compare()
    {
        using var group = MemoryGroup.TryCreate(_limit * 1_000_000L, out var why);
        if (group is null)
        {
            Console.WriteLine($"governor: left out, {why}");
            return 0;
        }

        var best = (Level: 0, Rate: 0.0);
        for (var level = 4; level <= _ceiling; level++)
        {
            var (killed, moments) = Run(group, level, Number(args, "--sweep", 8));
            var rate = killed ? 0 : Rate(moments, from: 1);
            best = rate > best.Rate ? (level, rate) : best;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{level} at once: {(killed ? "killed" : $"{rate:F1} tasks/s")}"));
            if (killed)
                break;
        }

        var governed = Run(group, 0, Number(args, "--seconds", 75));
        if (governed.Killed)
        {
            Console.WriteLine($"governor: killed after {governed.Moments[^1].Seconds} s with {governed.Moments[^1].Running} at once");
            return 1;
        }

        Tell(best.Level, best.Rate, governed.Moments);
        return 0;
    }

    private void Tell(int best, double bestRate, List<Moment> moments)
    {
        var reached = moments.FindIndex(moment => moment.Running >= 0.9 * best - 0.5 && moment.Running <= best);
        var since = Math.Max(reached, 0);
        var excursions = moments.Skip(since).Zip(moments.Skip(since + 1)).Count(pair => pair.First.Running <= best && pair.Second.Running > best);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"tasks of {_task} MB in {_limit} MB: the best fixed number is {best} ({bestRate:F1} tasks/s). Governor: at that level, within a tenth, after {(reached < 0 ? double.NaN : moments[reached].Seconds):F1} s; {excursions} excursions above it in {moments[^1].Seconds:F0} s; {moments[since..].Average(static m => m.Running):F1} at once on average; {100 * Rate(moments, from: 10) / bestRate:F0} % of the throughput from second 10 on"));
    }

    private static double Rate(List<Moment> moments, double from)
    {
        var first = moments.First(moment => moment.Seconds >= from);
        return (moments[^1].Done - first.Done) / (moments[^1].Seconds - first.Seconds);
    }

    private (bool Killed, List<Moment> Moments) Run(MemoryGroup group, int level, int seconds)
    {
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(GovernorFigures).Assembly.Location] : [Environment.ProcessPath!];
        using var child = group.Start([.. own, "monitor-figures", "--only", "governor", "--level", $"{level}", "--seconds", $"{seconds}", "--task", $"{_task}", "--ceiling", $"{_ceiling}"]);
        var moments = new List<Moment>();
        while (child.StandardOutput.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            moments.Add(new Moment(double.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture)));
        }

        child.WaitForExit();
        return (child.ExitCode != 0, moments);
    }

    /// <summary>The process in the group: begins to watch, and two seconds later has work without end.</summary>
    private async Task<int> WorkAsync(int level)
    {
        var governor = new ConcurrencyGovernor(new ConcurrencyGovernorOptions { Ceiling = level > 0 ? level : _ceiling });

        // Memory alone decides: what others do to processors and disk meanwhile is not what is measured.
        using var signals = new ResourceSignals(Path.GetTempPath(), new ResourceThresholds { CpuPressure = 1, IoPressure = 1 });
        using var end = new CancellationTokenSource();
        var watch = level > 0 ? Task.CompletedTask : governor.RunAsync(_ => ValueTask.FromResult(signals.Sample()), end.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
        var done = 0;
        var offered = OfferAsync(governor, () => Interlocked.Increment(ref done), end.Token);
        var start = Stopwatch.GetTimestamp();
        for (var seconds = Number(args, "--seconds", 75); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(LookMilliseconds), TimeProvider.System, CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2} {governor.InUse} {Volatile.Read(ref done)}"));
        }

        await end.CancelAsync();
        await Task.WhenAll(watch, offered);
        return 0;
    }

    private async Task OfferAsync(ConcurrencyGovernor governor, Action done, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var permit = await governor.AcquireAsync(stop);
                _ = Task.Run(() => HoldAsync(permit, done), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HoldAsync(WorkPermit permit, Action done)
    {
        using (permit)
        {
            var memory = Take(_task * 1_000_000);
            await Task.Delay(Held, TimeProvider.System, CancellationToken.None);
            Give(memory);
            done();
        }
    }

    /// <summary>Memory in huge pages where the system gives them: what is measured is what is held, not how fast a kernel clears small pages.</summary>
    private static unsafe nint Take(int bytes)
    {
        const int hugePage = 2 << 20, adviseHugePages = 14;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, hugePage);
        _ = Advise(memory, (nuint)bytes, adviseHugePages);
        for (var at = 0; at < bytes; at += Environment.SystemPageSize)
            memory[at] = 1;
        return (nint)memory;
    }

    private static unsafe void Give(nint memory) => NativeMemory.AlignedFree((void*)memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* memory, nuint bytes, int advice);

    private static int Number(string[] args, string name, int otherwise)
        => int.Parse(Options.Of(args, name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
