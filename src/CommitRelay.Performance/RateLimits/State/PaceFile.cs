using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.CompilerServices;
using CommitRelay.Performance.Files;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.RateLimits.State;

/// <summary>
/// A scope's <see cref="PaceState"/> in a file that processes map: a header, a word, and two slots for each sharer. The word holds the
/// version (48 bits) and the number of the slot that holds the truth (16 bits).
/// </summary>
/// <remarks>
/// A sharer writes only the one of its own two slots that the word does not name, then moves the word by compare-and-swap. So the slot that
/// the word names is never written, whoever dies at whatever instruction, and nobody waits for anybody. A copy taken while the word moved
/// fails its checksum or the next compare-and-swap. A sharer owns its slots by a lock that dies with it; the next takes them over.
/// </remarks>
internal sealed unsafe partial class PaceFile : IDisposable
{
    public const int Sharers = 64;
    private const int WordOffset = 64;
    private const int SlotsOffset = 128;
    private const int SlotBits = 16;
    private const ulong SlotMask = (1UL << SlotBits) - 1;
    private static readonly int SlotSize = (sizeof(ulong) + sizeof(PaceState) + 63) & ~63;
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly ulong _firstSlot;

    private PaceFile(SafeFileHandle handle, string path, int sharer)
    {
        FilePath = path;
        _handle = handle;
        _firstSlot = 2UL * (uint)sharer;
        _file = MemoryMappedFile.CreateFromFile(handle, null, Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public static long Length => SlotsOffset + (2L * Sharers * SlotSize);

    public string FilePath { get; }

    /// <summary>What was wrong with the file when it was opened, so that its state was given up; null when nothing was.</summary>
    public string? Fault { get; private init; }

    /// <summary>Version and slot of the truth now.</summary>
    public ulong Word => Volatile.Read(ref *(ulong*)(_start + WordOffset));

    /// <summary>Whether no state has been published yet, so that none is missing.</summary>
    public static bool IsUnused(ulong word) => word == 0 || (word & SlotMask) == SlotMask;

    /// <summary>Copies the state that a word names; false when there is none, or its checksum does not fit.</summary>
    public bool TryRead(ulong word, out PaceState state)
    {
        Unsafe.SkipInit(out state);
        var slot = word & SlotMask;
        if (word >> SlotBits == 0 || slot >= 2 * Sharers)
            return false;
        var start = Slot(slot);
        state = Unsafe.ReadUnaligned<PaceState>(start + sizeof(ulong));
        var isWhole = *(ulong*)start == Checksum(word, in state);

        // The caller reads the word again when this fails; that must not happen before the copy.
        Interlocked.MemoryBarrier();
        return isWhole;
    }

    /// <summary>Makes a state the truth if the word is still what it was derived from.</summary>
    /// <returns>The new word; 0 when another was faster.</returns>
    public ulong TryPublish(ulong from, in PaceState state)
    {
        var slot = (from & SlotMask) == _firstSlot ? _firstSlot + 1 : _firstSlot;
        var to = Next(from) | slot;
        var start = Slot(slot);
        *(ulong*)start = Checksum(to, in state);
        Unsafe.WriteUnaligned(start + sizeof(ulong), state);
        return Interlocked.CompareExchange(ref *(ulong*)(_start + WordOffset), to, from) == from ? to : 0;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();

        // Last, as it gives the slots to the next.
        _handle.Dispose();
    }

    private byte* Slot(ulong number) => _start + SlotsOffset + ((long)number * SlotSize);

    /// <summary>The next version, never 0: a word of zeros says that there is no state.</summary>
    private static ulong Next(ulong word)
    {
        var version = (word >> SlotBits) + 1;
        return Math.Max(version << SlotBits, 1UL << SlotBits);
    }

    /// <summary>Four CRCs side by side, as one has to wait for itself, seeded with the word: a state under another version's word does not pass.</summary>
    private static ulong Checksum(ulong word, in PaceState state)
    {
        fixed (PaceState* start = &state)
        {
            var (a, b, c, d) = ((uint)word, (uint)(word >> 32), 0u, 0u);
            var words = (ulong*)start;
            var count = sizeof(PaceState) / sizeof(ulong);
            var i = 0;
            for (; i <= count - 4; i += 4)
            {
                a = BitOperations.Crc32C(a, words[i]);
                b = BitOperations.Crc32C(b, words[i + 1]);
                c = BitOperations.Crc32C(c, words[i + 2]);
                d = BitOperations.Crc32C(d, words[i + 3]);
            }

            for (; i < count; i++)
                a = BitOperations.Crc32C(a, words[i]);
            return ~(((ulong)BitOperations.Crc32C(a, c) << 32) | BitOperations.Crc32C(b, d));
        }
    }
}
