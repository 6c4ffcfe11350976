using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using CommitRelay.Performance.Benchmarks.Columns;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>A permit that nobody has to wait for, of a scope whose limit headers have told: what pacing costs each call.</summary>
[MemoryDiagnoser]
[Items("permits")]
[Description("A permit without a wait")]
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls Cleanup, and wants no sealed classes.")]
public class PermitBenchmark
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commitrelay-permits").FullName;
    private readonly TokenBucketRateLimiter _bucket = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
    });

    private MachineRateLimitState _machine = null!;
    private Pacer _inProcess = null!;
    private Pacer _machineWide = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        var time = TimeProvider.System;
        _machine = new MachineRateLimitState(PaceFile.Open(_folder, "scope"), "scope", PaceSettings.Default, time);
        _inProcess = new Pacer("scope", await ToldAsync(new InProcessRateLimitState(PaceSettings.Default, time)), time);
        _machineWide = new Pacer("scope", await ToldAsync(_machine), time);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _machine.Dispose();
        _bucket.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true, Description = "TokenBucketRateLimiter.AttemptAcquire")]
    public bool TokenBucket()
    {
        using var lease = _bucket.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark(Description = "ours, in one process")]
    public bool InProcess() => IsPermit(_inProcess);

    [Benchmark(Description = "ours, shared by the machine's processes")]
    public bool MachineWide() => IsPermit(_machineWide);

    private static bool IsPermit(Pacer pacer)
    {
        var acquired = pacer.AcquireAsync(default, 0, long.MaxValue, CancellationToken.None);
        return acquired.IsCompletedSuccessfully ? acquired.Result.Wait == TimeSpan.Zero : throw new InvalidOperationException("The permit had to be waited for.");
    }

    /// <summary>A limit that no benchmark exhausts.</summary>
    private static async Task<IRateLimitState> ToldAsync(IRateLimitState state)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-limit", "1000000000000");
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-remaining", "1000000000000");
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-reset", now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        var permit = await state.ReserveAsync(default);
        await state.ReportAsync(permit, new RateLimitReport(RateLimitKind.None, TimeSpan.Zero, RateLimitHeaders.Parse(response, now), null));
        return state;
    }
}
