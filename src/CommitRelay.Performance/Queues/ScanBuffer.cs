using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// A pinned buffer whose text starts at a multiple of 64, so that no block crosses a cache line. Buffers of the usual size are kept and used again:
/// fresh memory costs a page fault every 4 KB.
/// </summary>
internal readonly unsafe struct ScanBuffer
{
    private static readonly Pool<byte[]> Pool = new();
    private readonly byte[] _array;
    private readonly int _start;

    private ScanBuffer(byte[] array)
    {
        _array = array;
        var address = (nint)Unsafe.AsPointer(ref array[0]);
        _start = (int)(-address & 63);
    }

    public byte* Text => (byte*)Unsafe.AsPointer(ref _array[_start]);

    public int Length => _array.Length - 64;

    /// <summary>Twice what is asked for in one read, so that what is left of the last one seldom has to move; the same for all readers, so that buffers fit.</summary>
    public static int LengthFor(QueueReaderOptions options) => (2 * options.BufferBytes) + 4096;

    public static ScanBuffer Rent(int length)
    {
        if (Pool.Take() is { } kept && kept.Length == length + 64)
            return new ScanBuffer(kept);
        return new ScanBuffer(GC.AllocateUninitializedArray<byte>(length + 64, pinned: true));
    }

    public Memory<byte> Slice(int start, int length) => _array.AsMemory(_start + start, length);

    /// <summary>Gives the buffer back; a large one, grown for a large element, is left to the collector.</summary>
    public void Return()
    {
        if (_array?.Length <= 2 * 1024 * 1024)
            Pool.Give(_array);
    }
}
