namespace CommitRelay.Performance.Probes;

/// <summary>What .NET itself tells of a file system, on systems where nothing more has been verified.</summary>
internal static class FrameworkDisk
{
    internal static void Sample(DiskSample into, string path, Look look)
    {
        try
        {
            SampleSpace(into, new DriveInfo(path), look);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            into.Total = into.Used = into.Available = look.Unknown<long>(e.Message, Units.Bytes);
            into.Utilization = look.Unknown<double>(e.Message, Units.Ratio);
            into.Kind = look.Unknown<StorageKind>(e.Message, Units.None);
        }

        into.Inodes = into.InodesUsed = look.Unknown<long>(Look.NotVerified, Units.Inodes);
        into.ReadBytes = into.WrittenBytes = look.Unknown<double>(Look.NotVerified, Units.BytesPerSecond);
        into.Reads = into.Writes = look.Unknown<double>(Look.NotVerified, Units.OperationsPerSecond);
        into.InFlight = look.Unknown<long>(Look.NotVerified, Units.Operations);
        into.Busy = look.Unknown<double>(Look.NotVerified, Units.Ratio);
    }

    private static void SampleSpace(DiskSample into, DriveInfo drive, Look look)
    {
        var used = drive.TotalSize - drive.TotalFreeSpace;
        var available = drive.AvailableFreeSpace;
        into.Total = look.Known(drive.TotalSize, Units.Bytes);
        into.Used = look.Known(used, Units.Bytes);
        into.Available = look.Known(available, Units.Bytes);
        into.Utilization = look.Of(used + available > 0 ? (double?)used / (used + available) : null, "the file system has no size", Units.Ratio);
        into.FileSystem = drive.DriveFormat;
        into.MountPoint = drive.RootDirectory.FullName;
        into.Kind = drive.DriveType switch
        {
            DriveType.Network => look.Known(StorageKind.Network, Units.None),
            DriveType.Ram => look.Known(StorageKind.Memory, Units.None),
            _ => look.Unknown<StorageKind>(Look.NotVerified, Units.None),
        };
    }
}
