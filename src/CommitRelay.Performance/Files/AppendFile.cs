using System.Runtime.InteropServices;
using System.Security.AccessControl;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// A file opened for real appends: the operating system places each write at the file's end as one step (O_APPEND; FILE_APPEND_DATA on
/// Windows), so writers of other processes never land on each other. .NET's own append mode writes at a remembered length instead.
/// </summary>
/// <remarks>Not thread-safe. Local file systems only. The virtual members are where the operating system begins: tests make them fail.</remarks>
internal class AppendFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileState _opened;

    protected AppendFile(string path)
    {
        Path = path;
        _handle = OperatingSystem.IsWindows() ? OpenWindows(path) : OpenUnix(path);
        _opened = State;
    }

    public string Path { get; }

    /// <summary>Opens a file, or creates it.</summary>
    /// <exception cref="IOException">The file cannot be opened; the message names the file and the error.</exception>
    public static AppendFile Open(string path) => new(path);

    public FileState State => FileState.Of(_handle, Path);

    /// <summary>The room of the file's file system.</summary>
    /// <exception cref="IOException">The file is gone from its path, or the system does not tell.</exception>
    public virtual DiskSpace Disk => DiskSpace.Of(Path);

    /// <summary>Whether this is the file that was looked at. An open file stays the one it was, so the system is not asked again.</summary>
    public bool IsSameFile(in FileState file) => _opened.IsSameFile(file);

    /// <summary>Appends in one step. May take less than it was given: a full disk takes what fits.</summary>
    /// <returns>How many bytes were taken, at least one.</returns>
    /// <exception cref="IOException">Nothing was taken.</exception>
    public virtual unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            // The handle may only append, so the offset is not looked at.
            RandomAccess.Write(_handle, bytes, 0);
            return bytes.Length;
        }

        fixed (byte* start = bytes)
        {
            while (true)
            {
                var taken = Libc.Write(_handle, start, bytes.Length);
                if (taken > 0)
                    return (int)taken;
                if (taken == 0)
                    throw new IOException($"{Path}: write took nothing.");
                if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    throw Libc.LastError("write", Path);
            }
        }
    }

    /// <summary>fsync. A failure is final: the kernel forgets it, so a second call would lie.</summary>
    public virtual void FlushToDisk() => RandomAccess.FlushToDisk(_handle);

    /// <summary>Reads at an offset; less than asked only at the file's end.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    public void Dispose()
    {
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    private static SafeFileHandle OpenUnix(string path)
    {
        FileState.ThrowIfSpecial(path);
        var descriptor = Libc.OpenUnstamped(path, Libc.Flags.ReadWrite | Libc.Flags.Append | Libc.Flags.Create | Libc.Flags.CloseOnExec, 0b110_110_110);
        return descriptor < 0 ? throw Libc.LastError("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static SafeFileHandle OpenWindows(string path)
    {
        var stream = new FileInfo(path).Create(FileMode.OpenOrCreate, FileSystemRights.AppendData | FileSystemRights.ReadData | FileSystemRights.ReadAttributes | FileSystemRights.Synchronize, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.None, null);
        return stream.SafeFileHandle;
    }
}
