using System.ComponentModel;
using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;
using CommitRelay.Performance.Files.Windows;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>Which file lies at a path or behind a handle, and how long it is. Device and inode together name the file, whatever it is called.</summary>
/// <remarks>IsSpecial: a pipe, socket or device.</remarks>
internal readonly record struct FileState(ulong Device, ulong Inode, long Length, DateTime CreatedUtc, DateTime WrittenUtc, uint User = 0, uint Group = 0, UnixFileMode Mode = UnixFileMode.None, bool IsFolder = false, bool IsSpecial = false)
{
    /// <summary>What tells this content of this file from any other.</summary>
    public FileIdentity Identity => new(Device, Inode, Length, (WrittenUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>True when both are one file. Inode numbers recur once a file is gone, so keep it open while this matters.</summary>
    public bool IsSameFile(in FileState other) => Device == other.Device && Inode == other.Inode;

    /// <summary>The file at a path, links followed; null when there is none.</summary>
    public static FileState? TryOf(string path)
    {
        if (OperatingSystem.IsWindows())
            return FileInformation.TryOf(path);
        if (Libc.TryStat(path, out var state))
            return state;
        return Marshal.GetLastPInvokeError() == Libc.NoEntry ? null : throw Libc.LastError("stat", path);
    }

    /// <summary>Whether a pipe, socket or device lies at a path, links followed: a pipe would keep the caller waiting for whoever is at its other end, a device may have no end.</summary>
    public static bool IsSpecialAt(string path) => !OperatingSystem.IsWindows() && Libc.TryStat(path, out var state) && state.IsSpecial;

    /// <exception cref="IOException">A pipe, socket or device lies at the path.</exception>
    public static void ThrowIfSpecial(string path)
    {
        if (IsSpecialAt(path))
            throw Special(path);
    }

    /// <summary>Why something is not opened.</summary>
    public static IOException Special(string path) => new($"{path}: a pipe, socket or device; it is not opened");

    /// <summary>The file behind a handle.</summary>
    public static FileState Of(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
            return FileInformation.Of(handle) ?? throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        return Libc.TryStat(handle, out var state) ? state : throw Libc.LastError("fstat", path);
    }
}
