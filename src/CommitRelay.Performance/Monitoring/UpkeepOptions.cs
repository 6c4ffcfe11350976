using System.ComponentModel.DataAnnotations;
using CommitRelay.Performance.Settings;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Monitoring;

/// <summary>What <see cref="HomeUpkeep.RunAsync"/> does. Null leaves a piece out.</summary>
public sealed class UpkeepOptions
{
    /// <summary>The time between two rounds. Default 1 hour; 1 minute to 7 days.</summary>
    [TimeRange("00:01:00", "7.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Only looks, and tells what would be done. Default false.</summary>
    public bool DryRun { get; set; }

    /// <summary>How long a worker without a process may be silent before its spec is moved. Default null: specs of stale workers are left alone.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? StaleWorkersSilentFor { get; set; }

    /// <summary>The age from which on completed specs are archived by day. Default 1 day.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? CompletedWorkersOlderThan { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The age from which on logs are deleted. Default null: logs are left alone.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? LogsOlderThan { get; set; }

    /// <summary>The age from which on hourly history is packed by month. Default 30 days.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? HistoryOlderThan { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The age from which on rolled parts of the event file are compressed. Default null: they are left alone.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? EventArchivesCompressedAfter { get; set; }

    /// <summary>The age from which on rolled parts of the event file are deleted. Default null: they stay.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan? EventArchivesOlderThan { get; set; }

    /// <summary>How many snapshots stay. Default null: they are left alone; a <see cref="PerformanceMonitor"/> keeps its own.</summary>
    [Range(0, int.MaxValue)]
    public int? SnapshotsKept { get; set; }

    internal void Validate() => SettingsFault.ThrowIfFailed(new UpkeepOptionsValidator().Validate(null, this));
}

[OptionsValidator]
internal sealed partial class UpkeepOptionsValidator : IValidateOptions<UpkeepOptions>;
