namespace CommitRelay.Performance.Probes;

/// <summary>The file system that holds a path, and the device below it. Rates are over the interval since the sample before.</summary>
/// <remarks>Give it back to <see cref="DiskProbe.Sample(DiskSample)"/> to take the next sample without allocating. Not thread-safe while being filled.</remarks>
public sealed class DiskSample
{
    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary>Where the file system is mounted, or null when unknown.</summary>
    public string? MountPoint { get; internal set; }

    /// <summary>The file system's type, such as "ext4", or null when unknown.</summary>
    public string? FileSystem { get; internal set; }

    /// <summary>The device, such as "nvme0n1p2", or null when there is none or it is unknown.</summary>
    public string? Device { get; internal set; }

    /// <summary>What it stands on.</summary>
    public Reading<StorageKind> Kind { get; internal set; }

    /// <summary>Size of the file system.</summary>
    public Reading<long> Total { get; internal set; }

    /// <summary>Bytes in use.</summary>
    public Reading<long> Used { get; internal set; }

    /// <summary>Bytes this user can still write.</summary>
    public Reading<long> Available { get; internal set; }

    /// <summary>Used as a share of used and available (df's Use%); 0 to 1.</summary>
    public Reading<double> Utilization { get; internal set; }

    /// <summary>Inodes the file system has; unknown where it makes them as needed.</summary>
    public Reading<long> Inodes { get; internal set; }

    /// <summary>Inodes in use.</summary>
    public Reading<long> InodesUsed { get; internal set; }

    /// <summary>Bytes read from the device.</summary>
    public Reading<double> ReadBytes { get; internal set; }

    /// <summary>Bytes written to the device.</summary>
    public Reading<double> WrittenBytes { get; internal set; }

    /// <summary>Read requests completed.</summary>
    public Reading<double> Reads { get; internal set; }

    /// <summary>Write requests completed.</summary>
    public Reading<double> Writes { get; internal set; }

    /// <summary>Requests given to the device and not completed yet.</summary>
    public Reading<long> InFlight { get; internal set; }

    /// <summary>Share of the interval in which the device had a request in flight; 0 to 1. A device that serves many at once can take more at 1.</summary>
    public Reading<double> Busy { get; internal set; }
}
