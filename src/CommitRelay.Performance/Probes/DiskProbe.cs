using CommitRelay.Performance.Probes.Linux;

namespace CommitRelay.Performance.Probes;

/// <summary>
/// Samples the file system that holds a path: space and inodes, what it stands on, and the I/O of the device below it.
/// Rates are between two samples of one probe, so the first sample has none.
/// </summary>
/// <remarks>
/// Linux in full; elsewhere space, type and kind as .NET tells them. A disk under LVM, dm-crypt or RAID is counted at that layer.
/// Never throws for what the system will not tell: a missing path is an unknown reading. Not thread-safe.
/// </remarks>
public sealed class DiskProbe : IDisposable
{
    private readonly LinuxDisk? _linux;
    private LookClock _clock;

    /// <summary>Creates a probe; nothing is opened yet.</summary>
    /// <param name="path">A file or folder of the file system. It is looked up anew at each sample.</param>
    /// <param name="options">Where to look; null for the defaults.</param>
    public DiskProbe(string path, ProbeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ProbeOptions();
        Path = System.IO.Path.GetFullPath(path);
        _clock = new LookClock(options.Time);
        _linux = OperatingSystem.IsLinux() && Environment.Is64BitProcess ? new LinuxDisk(Path, options) : null;
    }

    /// <summary>The path, in full.</summary>
    public string Path { get; }

    /// <summary>Takes a sample.</summary>
    /// <returns>A new sample.</returns>
    public DiskSample Sample()
    {
        var sample = new DiskSample();
        Sample(sample);
        return sample;
    }

    /// <summary>Takes a sample into an object of one before; allocates nothing once warm (Linux).</summary>
    /// <param name="into">The sample to overwrite.</param>
    public void Sample(DiskSample into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var look = _clock.Next();
        into.At = look.At;
        if (_linux is null)
            FrameworkDisk.Sample(into, Path, look);
        else
            _linux.Sample(into, look);
    }

    /// <summary>Closes what it keeps open.</summary>
    public void Dispose() => _linux?.Dispose();
}
