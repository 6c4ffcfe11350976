using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>Opens a file for reading that others may write, replace and delete meanwhile.</summary>
internal static class SharedFile
{
    /// <summary>From here on it pays to tell the system that the file will be read from end to end.</summary>
    private const long LargeFile = 1024 * 1024;

    /// <summary>
    /// Opens a file. On Unix by the system's own call: <see cref="File.OpenHandle"/> takes and returns a lock besides, and looks at the file for itself,
    /// which is a third of what it costs to read a small file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What the file is.</param>
    /// <exception cref="FileNotFoundException">Nothing is at the path.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    internal static SafeFileHandle OpenRead(string path, out FileState state)
    {
        return TryOpen(path, Libc.Flags.ReadOnly, out state) ?? OpenPortably(path, out state);
    }

    /// <summary>The same for a file in a home, where a pipe, socket or device has no business: it is refused without a wait for its other end.</summary>
    /// <inheritdoc cref="OpenRead"/>
    /// <exception cref="IOException">A pipe, socket or device lies at the path.</exception>
    internal static SafeFileHandle OpenRegular(string path, out FileState state)
    {
        if (TryOpen(path, Libc.Flags.ReadOnly | Libc.Flags.NonBlocking, out state) is not { } handle)
        {
            FileState.ThrowIfSpecial(path);
            return OpenPortably(path, out state);
        }

        if (!state.IsSpecial)
            return handle;
        handle.Dispose();
        throw FileState.Special(path);
    }

    /// <summary>Reads at a place, as <see cref="RandomAccess.Read(SafeFileHandle, Span{byte}, long)"/> does, which first asks whether the file has places.</summary>
    internal static int Read(SafeFileHandle file, Span<byte> destination, long offset)
        => Libc.TryReadAt(file, destination, offset) is >= 0 and var read ? read : RandomAccess.Read(file, destination, offset);

    /// <summary>Names in the usual way whatever is wrong.</summary>
    private static SafeFileHandle OpenPortably(string path, out FileState state)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        state = FileState.Of(handle, path);
        return handle;
    }

    private static SafeFileHandle? TryOpen(string path, int flags, out FileState state)
    {
        state = default;
        if (OperatingSystem.IsWindows())
            return null;
        var descriptor = Libc.Open(path, flags | Libc.Flags.CloseOnExec, 0);
        if (descriptor < 0)
            return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!Libc.TryStat(handle, out state) || state.IsFolder)
        {
            handle.Dispose();
            return null;
        }

        if (state.Length >= LargeFile)
            Libc.AdviseSequential(handle);
        return handle;
    }
}
