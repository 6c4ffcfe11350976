using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.RateLimits.State;

// Finding or making the file. Openers exclude each other by a lock on the folder, for as long as it takes to look at a header.
internal sealed unsafe partial class PaceFile
{
    private const ulong Magic = 0x4543_4150_5952_4343; // "CCRYPACE"
    private const uint FormatVersion = 2;

    /// <summary>The file of a scope in this folder, which must be private; made if there is none, and emptied if it is not usable.</summary>
    /// <exception cref="IOException">It cannot be made or mapped, or <see cref="Sharers"/> processes have it already.</exception>
    public static PaceFile Open(string folder, string scope) => Open(folder, scope, Header.OfThisBoot());

    internal static PaceFile Open(string folder, string scope, in Header expected)
    {
        var path = PathOf(folder, scope);
        using var gate = OpenHandle(Path.Combine(folder, "lock"), Libc.Flags.Create);
        while (Libc.Flock(gate, Libc.LockExclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw Libc.LastError("flock", folder);
        }

        if (!File.Exists(path))
            Prune(folder, expected);
        var fault = Ensure(path, expected);
        var handle = OpenHandle(path, 0);
        try
        {
            fault ??= Check(handle, expected);
            File.SetLastWriteTimeUtc(handle, TimeProvider.System.GetUtcNow().UtcDateTime);
            var file = new PaceFile(handle, path, ClaimSlots(handle, path)) { Fault = fault };
            if (fault is not null)
                file.Restart(expected);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The file's name tells neither key nor scope. Processes for which time began elsewhere (time namespaces) have other files.
    /// </summary>
    internal static string PathOf(string folder, string scope)
    {
        var clock = File.Exists("/proc/self/ns/time") ? new FileInfo("/proc/self/ns/time").LinkTarget : null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"CommitRelay.PaceFile {FormatVersion}.{sizeof(PaceState)}\n{clock}\n{scope}"));
        return Path.Combine(folder, Convert.ToHexStringLower(hash.AsSpan(0, 16)) + ".pace");
    }

    /// <summary>Puts a whole new file there when there is none of the right length. One that others may have mapped is never cut: they would die of it.</summary>
    private static string? Ensure(string path, in Header header)
    {
        var there = FileState.TryOf(path);
        if (there?.Length == Length)
            return null;
        var unborn = path + ".new";
        File.Delete(unborn);
        using (var handle = OpenHandle(unborn, Libc.Flags.Create | Libc.Flags.Exclusive))
        {
            var errno = Libc.Reserve(handle, 0, Length);
            if (errno != 0)
                throw new IOException($"{path}: {Length} bytes cannot be reserved: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
            RandomAccess.Write(handle, MemoryMarshal.AsBytes(new ReadOnlySpan<Header>(in header)), 0);
        }

        File.Move(unborn, path, overwrite: true);
        return there is { } foreign ? $"its length was {foreign.Length}" : null;
    }

    /// <summary>Whether another boot or another program has written the file.</summary>
    private static string? Check(SafeFileHandle handle, in Header expected)
    {
        Header found = default;
        RandomAccess.Read(handle, MemoryMarshal.AsBytes(new Span<Header>(ref found)), 0);
        if (found == expected)
            return null;
        return found with { Boot = expected.Boot } == expected ? "it was of another boot" : "its header was foreign";
    }

    /// <summary>Voids the state, then claims the file; should we die in between, the next one comes here again.</summary>
    private void Restart(in Header header)
    {
        ulong word;
        do
            word = Word;
        while (Interlocked.CompareExchange(ref *(ulong*)(_start + WordOffset), Next(word) | SlotMask, word) != word);
        Unsafe.WriteUnaligned(_start, header);
    }

    private static int ClaimSlots(SafeFileHandle handle, string path)
    {
        for (var sharer = 0; sharer < Sharers; sharer++)
        {
            if (Libc.TryLockByte(handle, sharer, path))
                return sharer;
        }

        throw new IOException($"{path}: {Sharers} processes share it already");
    }

    private static SafeFileHandle OpenHandle(string path, int flags)
    {
        var descriptor = Libc.Open(path, Libc.Flags.ReadWrite | Libc.Flags.CloseOnExec | flags, 0b110_000_000);
        return descriptor < 0 ? throw Libc.LastError("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>What must stand at the file's start for its state to mean anything to this process.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal record struct Header(ulong Magic, uint Version, int StateSize, Guid Boot)
    {
        public static Header OfThisBoot()
            => new(PaceFile.Magic, FormatVersion, sizeof(PaceState), Guid.Parse(File.ReadAllText("/proc/sys/kernel/random/boot_id")));
    }
}
