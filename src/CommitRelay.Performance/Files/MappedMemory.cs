using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Memory mapped from a file: what a process stored before kill -9 is still there for the next one. The owner holds flock(2) on the file for
/// as long as it lives, so a file whose lock is free has no owner any more.
/// </summary>
/// <remarks>
/// Every block is reserved before the first store, and nobody else may enter the folder: a store into a mapping without a block behind it
/// kills the process with SIGBUS. Linux only; see <see cref="StagingFolder"/> for where.
/// </remarks>
internal sealed unsafe class MappedMemory : StagingMemory
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MappedMemory(SafeFileHandle handle, string path, long length)
    {
        _handle = handle;
        _file = MemoryMappedFile.CreateFromFile(handle, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start;
        Length = length;
        Description = path;
    }

    public override bool IsMapped => true;

    /// <summary>Creates the file under another name, takes its lock, reserves it, and only then gives it the name under which others look for it.</summary>
    /// <exception cref="IOException">There is no space, or the folder cannot be written.</exception>
    public static MappedMemory Create(string path, long length)
    {
        var unborn = path + ".new";
        var handle = Open(unborn, Libc.Flags.Create | Libc.Flags.Exclusive);
        try
        {
            var errno = Libc.Flock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0 ? Libc.Reserve(handle, 0, length) : Marshal.GetLastPInvokeError();
            if (errno != 0)
                throw new IOException($"{path}: {length} bytes cannot be reserved: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
            var memory = new MappedMemory(handle, path, length);
            File.Move(unborn, path);
            return memory;
        }
        catch
        {
            handle.Dispose();
            File.Delete(unborn);
            throw;
        }
    }

    /// <summary>Takes over the memory of a process that is gone; null when its owner lives, or another has taken it over.</summary>
    public static MappedMemory? TryTakeOver(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = Open(path, 0);
        }
        catch (IOException e) when (e.HResult == Libc.NoEntry)
        {
            return null;
        }

        if (Libc.Flock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0 && FileState.TryOf(path) is { Length: > 0 } there && there.IsSameFile(FileState.Of(handle, path)))
            return new MappedMemory(handle, path, there.Length);
        handle.Dispose();
        return null;
    }

    /// <summary>What its owner, or who was it, has stored at a place; null when there is no such memory.</summary>
    public static long? TryPeek(string path, long offset)
    {
        var descriptor = Libc.Open(path, Libc.Flags.ReadOnly | Libc.Flags.CloseOnExec, 0);
        if (descriptor < 0)
            return null;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var value = 0L;
        return RandomAccess.Read(handle, MemoryMarshal.AsBytes(new Span<long>(ref value)), offset) == sizeof(long) ? value : null;
    }

    // In one call. Older kernels refuse, and nothing is lost by that.
    public override void Warm() => _ = Libc.Advise(Start, (nint)Length, Libc.PopulateForWriting);

    public override void Delete()
    {
        try
        {
            File.Delete(Description);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder was removed or closed to us. What stays, if anything, says itself that nothing in it is needed.
        }

        Dispose();
    }

    public override void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _handle.Dispose();
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var descriptor = Libc.Open(path, Libc.Flags.ReadWrite | Libc.Flags.CloseOnExec | flags, 0b110_000_000);
        return descriptor < 0 ? throw Libc.LastError("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
