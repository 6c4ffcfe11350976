using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Hosting;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>A writer knows that its disk is getting full before a write fails.</summary>
public sealed class EventWriterDiskTests : FaultyWriterTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(null, 100 * GiB, GiB)]
    [InlineData(null, 2 * GiB, GiB / 10)]
    [InlineData(5000L, 100 * GiB, 5000)]
    public async Task Disk_WithFewerFreeBytesThanTheBound_IsLow(long? setting, long total, long bound)
    {
        foreach (var (free, low) in new[] { (bound, false), (bound - 1, true) })
        {
            Plan.OnDisk = () => new(free, total);
            await using var writer = Open(new() { LowDiskBytes = setting });
            Assert.Equal((free, low), (writer.Health.DiskFreeBytes, writer.Health.IsDiskLow));
        }
    }

    [Fact]
    public async Task Disk_ThatGetsFullAndIsCleared_IsToldOnceEach_AndByTheHealthCheck()
    {
        var free = 10_000L;
        Plan.OnDisk = () => new(free, 100_000);
        var logger = new ListingLogger();
        await using var writer = Open(new() { LowDiskBytes = 1000 }, logger);
        var check = new EventsHealthCheck(writer);
        Assert.DoesNotContain("nearly full", (await check.CheckHealthAsync(new())).Description, StringComparison.Ordinal);

        // 1100 is no longer below the bound, but not yet a quarter above it.
        foreach (var (now, low) in new[] { (999L, true), (500L, true), (1100L, true), (998L, true), (1300L, false), (1100L, false) })
        {
            free = now;
            await Look(writer);
            Assert.Equal((now, low, true), (writer.Health.DiskFreeBytes, writer.Health.IsDiskLow, writer.Health.IsWriting));
            var result = await check.CheckHealthAsync(new());
            Assert.Equal(low, result.Status == HealthStatus.Degraded && result.Description == $"{Log}: its disk is nearly full, {now} bytes are free");
        }

        Assert.Equal([$"The disk of {Log} is nearly full: 999 of 100000 bytes are free", $"The disk of {Log} is no longer nearly full"], logger.Told);
    }

    [Fact]
    public async Task Disk_IsLookedAtOnceASecondAtMost_AndNeverWhereThatIsTurnedOff()
    {
        var looks = 0;
        Plan.OnDisk = () =>
        {
            looks++;
            return new(5000, 100_000);
        };
        await using (var writer = Open())
        {
            for (var n = 0; n < 10; n++)
                await writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(Guard);
            Assert.Equal(1, looks);
            await Look(writer);
            Assert.Equal(2, looks);
        }

        looks = 0;
        await using var unwatched = Open(new() { LowDiskBytes = 0 });
        await Look(unwatched);
        Assert.Equal((0, null, false), (looks, unwatched.Health.DiskFreeBytes, unwatched.Health.IsDiskLow));
    }

    [Fact]
    public async Task Disk_ThatDoesNotTell_IsUnknown_AndTheWriterGoesOn()
    {
        Plan.OnDisk = static () => throw new IOException("Stale file handle");
        await using var writer = Open();
        await Look(writer);
        Assert.Equal((null, false), (writer.Health.DiskFreeBytes, writer.Health.IsDiskLow));
    }

    [Fact]
    public async Task Disk_OfAnIdleWriter_IsLookedAtToo()
    {
        var free = 5000L;
        Plan.OnDisk = () => new(Volatile.Read(ref free), 100_000);
        await using var writer = Open(new() { LowDiskBytes = 1000 });
        Volatile.Write(ref free, 10);
        await Until.True(() => Advance() && writer.Health.IsDiskLow);
    }

    [MountFact]
    public async Task Disk_ARealOne_IsLowBeforeAWriteFails()
    {
        using var mount = new SmallMount(Folder["small"], "4m");
        await using var writer = new EventWriter(Path.Combine(mount.Path, "events.jsonl"), timeProvider: Time);
        Assert.InRange(writer.Health.DiskFreeBytes!.Value, 3_000_000, 4 * 1024 * 1024);
        Assert.False(writer.Health.IsDiskLow);
        var line = new byte[50_000];
        line.AsSpan().Fill((byte)'7');
        while (!writer.Health.IsDiskLow)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await writer.WriteLineAsync(line, Durability.Flushed).AsTask().WaitAsync(Guard);
        }

        Assert.InRange(writer.Health.DiskFreeBytes.Value, 100_000, 4 * 1024 * 1024 / 20);
        Assert.True(writer.Health.IsWriting);
    }

    private async Task Look(EventWriter writer)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(Guard);
    }

    private sealed class ListingLogger : ILogger
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Told)
                Told.Add(formatter(state, exception));
        }
    }
}
