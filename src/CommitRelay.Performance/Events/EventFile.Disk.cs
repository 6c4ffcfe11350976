using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Looks now and then at the room of the file's disk, so that it is known to end before a write fails. Every pass may look: also those of an
/// idle writer, which wakes every few seconds to look for the dead.
/// </summary>
internal sealed partial class EventFile
{
    private const long MostLowDiskBytes = 1L << 30;
    private static readonly TimeSpan DiskPeriod = TimeSpan.FromSeconds(1);

    private long _diskLookedAt;
    private bool _isDiskLowTold;

    // Written by the holder under the gate, read under the gate.
    private DiskSpace? _disk;
    private bool _isDiskLow;

    private void WatchDisk()
    {
        if (_options.LowDiskBytes == 0 || _time.GetElapsedTime(_diskLookedAt) < DiskPeriod)
            return;
        LookAtDisk();
        if (_isDiskLow == _isDiskLowTold)
            return;
        _isDiskLowTold = _isDiskLow;
        if (_isDiskLow)
            Log.DiskLow(_logger, Path, _disk!.Value.Free, _disk.Value.Total);
        else
            Log.DiskHasRoom(_logger, Path);
    }

    private void LookAtDisk()
    {
        if (_options.LowDiskBytes == 0)
            return;
        _diskLookedAt = _time.GetTimestamp();
        var disk = TryDisk();
        using (_gate.Enter())
        {
            _disk = disk;
            _isDiskLow = disk is { } known && IsLow(known);
        }

        if (disk is { } room)
            _metrics.Disk(room.Free);
    }

    /// <summary>Once low, a disk is so until a quarter more than the bound is free: a reader of the log is not told of every file that comes and goes.</summary>
    private bool IsLow(DiskSpace disk)
    {
        var bound = _options.LowDiskBytes ?? Math.Min(disk.Total / 20, MostLowDiskBytes);
        return (_isDiskLow ? disk.Free / 5 * 4 : disk.Free) < bound;
    }

    private DiskSpace? TryDisk()
    {
        try
        {
            return _file?.Disk;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
