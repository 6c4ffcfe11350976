using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>statvfs(3) of a path, and the block device below it. Another file system mounted there later is noticed.</summary>
internal sealed class LinuxDisk(string path, ProbeOptions options) : IDisposable
{
    private readonly TextBuffer _buffer = new();
    private BlockDevice? _device;
    private (uint Major, uint Minor)? _number;
    private int _errno;
    private string _trouble = "";

    internal void Sample(DiskSample into, Look look)
    {
        SampleSpace(into, look);
        Find();
        into.MountPoint = _device?.Mount.MountPoint;
        into.FileSystem = _device?.Mount.FileSystem;
        into.Device = _device?.Name;
        if (_device is null)
        {
            Unknown(into, look);
            return;
        }

        into.Kind = look.Of(_device.Kind, _device.WhyNoKind, Units.None);
        _device.Sample(into, _buffer, look);
    }

    public void Dispose() => _device?.Dispose();

    private unsafe void SampleSpace(DiskSample into, Look look)
    {
        LinuxCalls.FileSystemFacts facts;
        if (LinuxCalls.StatVfs(path, &facts) != 0)
        {
            var because = Trouble(Marshal.GetLastPInvokeError());
            into.Total = into.Used = into.Available = look.Unknown<long>(because, Units.Bytes);
            into.Inodes = into.InodesUsed = look.Unknown<long>(because, Units.Inodes);
            into.Utilization = look.Unknown<double>(because, Units.Ratio);
            return;
        }

        const string tooLarge = "the size does not fit 64 bits";
        const string noInodes = "the file system makes inodes as needed";
        var used = Bytes(facts.Blocks - facts.BlocksFree, facts.FragmentSize);
        var available = Bytes(facts.BlocksAvailable, facts.FragmentSize);
        into.Total = look.Of(Bytes(facts.Blocks, facts.FragmentSize), tooLarge, Units.Bytes);
        into.Used = look.Of(used, tooLarge, Units.Bytes);
        into.Available = look.Of(available, tooLarge, Units.Bytes);
        into.Utilization = look.Of(used + available > 0 ? (double?)used / (used + available) : null, "the file system has no size", Units.Ratio);
        into.Inodes = look.Of(facts.Files > 0 ? (long?)facts.Files : null, noInodes, Units.Inodes);
        into.InodesUsed = look.Of(facts.Files > 0 ? (long?)(facts.Files - facts.FilesFree) : null, noInodes, Units.Inodes);
    }

    private static long? Bytes(ulong blocks, ulong size)
        => Math.BigMul(blocks, size, out var low) == 0 && low <= long.MaxValue ? (long)low : null;

    private unsafe void Find()
    {
        LinuxCalls.FileFacts facts;
        if (LinuxCalls.StatX(LinuxCalls.AtCurrentFolder, path, 0, 0, &facts) != 0)
        {
            Trouble(Marshal.GetLastPInvokeError());
            Forget();
            return;
        }

        if (_number == (facts.DeviceMajor, facts.DeviceMinor))
            return;
        Forget();
        _number = (facts.DeviceMajor, facts.DeviceMinor);
        _device = Open(MountTable.Device(facts.DeviceMajor, facts.DeviceMinor));
        _trouble = _device is null ? $"{path}: its mount is not in mountinfo" : "";
    }

    private BlockDevice? Open(string number)
    {
        var mount = MountTable.Find(MountTable.Read(options), number, Path.GetFullPath(path));
        return mount is null ? null : new BlockDevice(mount, DeviceBelow(mount) ?? number, options);
    }

    /// <summary>btrfs and others give each volume a number of its own (major 0); the mount's source names the device.</summary>
    private static unsafe string? DeviceBelow(Mount mount)
    {
        const int blockType = 0x6000;
        const int typeMask = 0xF000;
        LinuxCalls.FileFacts facts;
        if (!mount.Device.StartsWith("0:", StringComparison.Ordinal) || !mount.Source.StartsWith("/dev/", StringComparison.Ordinal)
            || LinuxCalls.StatX(LinuxCalls.AtCurrentFolder, mount.Source, 0, 0x3, &facts) != 0 || (facts.Mode & typeMask) != blockType)
            return null;
        return MountTable.Device(facts.SpecialMajor, facts.SpecialMinor);
    }

    private void Forget()
    {
        _device?.Dispose();
        _device = null;
        _number = null;
    }

    private void Unknown(DiskSample into, Look look)
    {
        into.Kind = look.Unknown<StorageKind>(_trouble, Units.None);
        into.ReadBytes = into.WrittenBytes = look.Unknown<double>(_trouble, Units.BytesPerSecond);
        into.Reads = into.Writes = look.Unknown<double>(_trouble, Units.OperationsPerSecond);
        into.InFlight = look.Unknown<long>(_trouble, Units.Operations);
        into.Busy = look.Unknown<double>(_trouble, Units.Ratio);
    }

    private string Trouble(int errno)
    {
        if (errno != _errno || _trouble.Length == 0)
            _trouble = $"{path}: {Marshal.GetPInvokeErrorMessage(errno)}";
        _errno = errno;
        return _trouble;
    }
}
