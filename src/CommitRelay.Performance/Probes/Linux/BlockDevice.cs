namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Tells what a mount stands on, and counts the I/O of the block device below it (/sys/dev/block/MAJOR:MINOR/stat).</summary>
internal sealed class BlockDevice : IDisposable
{
    private const int SectorBytes = 512;
    private static readonly HashSet<string> MemorySystems = new(StringComparer.Ordinal) { "tmpfs", "ramfs", "devtmpfs", "hugetlbfs" };
    private static readonly HashSet<string> NetworkSystems = new(StringComparer.Ordinal)
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "drvfs", "ceph", "glusterfs", "lustre", "afs", "ncpfs",
        "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.vmhgfs-fuse",
    };

    private readonly string? _folder;
    private readonly KeptFile? _stat;
    private Counters? _before;

    internal BlockDevice(Mount mount, string device, ProbeOptions options)
    {
        Mount = mount;
        _folder = Find(device, options);
        _stat = _folder is null ? null : new KeptFile($"{_folder}/stat");
        Name = _folder is null ? null : NameOf(_folder, mount);
        (Kind, WhyNoKind) = Classify();
    }

    internal Mount Mount { get; }

    /// <summary>The device's name, or null where no block device is visible.</summary>
    internal string? Name { get; }

    internal StorageKind? Kind { get; }

    internal string WhyNoKind { get; }

    internal void Sample(DiskSample into, TextBuffer buffer, Look look)
    {
        var now = _stat is null ? null : Counters.Parse(_stat.Read(buffer));
        var because = now is not null ? "" : _stat?.Without("counters", _stat.Read(buffer).Length > 0) ?? $"{Mount.FileSystem}: no block device is visible below it";
        into.ReadBytes = look.Rate(now?.SectorsRead, _before?.SectorsRead, because, Units.BytesPerSecond, SectorBytes);
        into.WrittenBytes = look.Rate(now?.SectorsWritten, _before?.SectorsWritten, because, Units.BytesPerSecond, SectorBytes);
        into.Reads = look.Rate(now?.Reads, _before?.Reads, because, Units.OperationsPerSecond);
        into.Writes = look.Rate(now?.Writes, _before?.Writes, because, Units.OperationsPerSecond);
        into.InFlight = look.Of(now?.InFlight, because, Units.Operations);
        var busy = look.Rate(now?.BusyMilliseconds, _before?.BusyMilliseconds, because, Units.Ratio, 1e-3);
        into.Busy = busy.TryGet(out var share) && share > 1 ? look.Known(1.0, Units.Ratio) : busy;
        _before = now;
    }

    public void Dispose() => _stat?.Dispose();

    private static string? Find(string device, ProbeOptions options)
    {
        var folder = $"{options.SysRoot}/dev/block/{device}";
        return Directory.Exists(folder) ? folder : null;
    }

    private static string NameOf(string folder, Mount mount)
    {
        var target = Directory.ResolveLinkTarget(folder, returnFinalTarget: false)?.Name;
        return target ?? Path.GetFileName(mount.Source);
    }

    private (StorageKind? Kind, string Why) Classify()
    {
        if (MemorySystems.Contains(Mount.FileSystem) || Name?.StartsWith("zram", StringComparison.Ordinal) == true || Name?.StartsWith("ram", StringComparison.Ordinal) == true)
            return (StorageKind.Memory, "");
        if (NetworkSystems.Contains(Mount.FileSystem))
            return (StorageKind.Network, "");
        if (_folder is null)
            return (null, $"{Mount.FileSystem}: no block device is visible below it");
        return Rotates() switch
        {
            false => (StorageKind.SolidState, ""),

            // virtio and Xen disks carry the kernel's default, 1, unless the host said otherwise.
            true when IsVirtual() => (null, $"{Name}: a virtual disk whose host does not say what it is"),
            true => (StorageKind.Rotational, ""),
            _ => (null, $"{_folder}/queue/rotational: not readable"),
        };
    }

    private bool IsVirtual() => Name is not null && (Name.StartsWith("vd", StringComparison.Ordinal) || Name.StartsWith("xvd", StringComparison.Ordinal));

    /// <summary>The queue lies in the disk's folder; a partition's folder is within it.</summary>
    private bool? Rotates()
    {
        foreach (var place in new[] { $"{_folder}/queue/rotational", $"{RealFolder()}/../queue/rotational" })
        {
            try
            {
                return File.ReadAllText(place).AsSpan().Trim() switch { "0" => false, "1" => true, _ => null };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The other place, or unknown.
            }
        }

        return null;
    }

    private string RealFolder() => Directory.ResolveLinkTarget(_folder!, returnFinalTarget: true)?.FullName ?? _folder!;

    /// <summary>The eleven or more columns of a block device's stat, named in the kernel's Documentation/block/stat.rst.</summary>
    private readonly record struct Counters(long Reads, long SectorsRead, long Writes, long SectorsWritten, long InFlight, long BusyMilliseconds)
    {
        internal static Counters? Parse(ReadOnlySpan<byte> text)
        {
            Span<long> columns = stackalloc long[10];
            for (var i = 0; i < columns.Length; i++)
            {
                if (ProcText.Number(ref text) is not { } value)
                    return null;
                columns[i] = value;
            }

            return new Counters(columns[0], columns[2], columns[4], columns[6], columns[8], columns[9]);
        }
    }
}
