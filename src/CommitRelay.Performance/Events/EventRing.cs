using System.Runtime.InteropServices;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>
/// The bounded memory of one file's events: whole lines in a ring. Producers append under the file's gate, one flusher takes from the tail.
/// All its state lies in the memory itself, so where that outlives the process, a later process finds it as it was.
/// </summary>
/// <remarks>
/// Positions only grow; a position's place is its remainder by the capacity. A line never goes over the ring's end: what is left there stays
/// empty (<see cref="Header.WrapAt"/>). The order of the stores is what makes it safe to be killed between any two of them: bytes, then head;
/// intent, then write, then tail.
/// </remarks>
internal sealed unsafe class EventRing : IDisposable
{
    internal const int HeaderBytes = 4096;

    /// <summary>Where others find <see cref="IsAtWork"/>.</summary>
    private const int AtWorkAt = 104;
    private const int HeadAt = 16;
    private const int TailAt = 24;
    private const ulong Magic = 0x32305645_2d505243; // "CRP-EV02"

    private readonly StagingMemory _memory;
    private readonly Header* _header;
    private readonly byte* _data;
    private readonly long _mask;

    /// <summary>A ring over fresh memory, or over that of a dead process.</summary>
    public EventRing(StagingMemory memory)
    {
        _memory = memory;
        _header = (Header*)memory.Start;
        _data = memory.Start + HeaderBytes;
        if (_header->Magic == 0)
        {
            _header->Capacity = memory.Length - HeaderBytes;
            _header->WrapAt = -1;
            Volatile.Write(ref _header->Magic, Magic);
        }

        Capacity = _header->Capacity;
        _mask = Capacity - 1;
        if (_header->Magic != Magic || Capacity != memory.Length - HeaderBytes || !long.IsPow2(Capacity) || Head - Tail < 0 || Head - Tail > Capacity)
            throw new InvalidDataException($"{memory.Description}: no ring of events, or one of another version.");
    }

    public StagingMemory Memory => _memory;

    public long Capacity { get; }

    /// <summary>Half the ring, so that a line and the gap before it always fit into an empty one.</summary>
    public int LongestLine => (int)(Capacity / 2) - 1;

    public long Head => Volatile.Read(ref _header->Head);

    public long Tail => Volatile.Read(ref _header->Tail);

    /// <summary>How many lines were ever appended.</summary>
    public long Lines => Volatile.Read(ref _header->Lines);

    /// <summary>Where the batch at the tail is being written; not valid once the tail has moved on.</summary>
    public Intent? OpenIntent => _header->Intent is { Length: > 0 } intent && intent.From == Tail && intent.Length <= Math.Min(Head, (Tail | _mask) + 1) - Tail ? intent : null;

    /// <summary>Whether its process holds the file's lock. What says so after it has died tells that it died at work.</summary>
    public bool IsAtWork
    {
        set => Volatile.Write(ref _header->AtWork, value ? 1 : 0);
    }

    /// <summary>Whether the process of a ring somewhere else left its work undone; so it may have where that is not known.</summary>
    public static bool MayBeAtWork(string path) => MappedMemory.TryPeek(path, AtWorkAt) is not 0;

    /// <summary>Whether a ring somewhere else holds no event, and its process left no work undone. Of another version's it is not known.</summary>
    public static bool IsIdle(string path)
        => MappedMemory.TryPeek(path, 0) == unchecked((long)Magic) && MappedMemory.TryPeek(path, TailAt) is { } tail && MappedMemory.TryPeek(path, HeadAt) == tail && !MayBeAtWork(path);

    /// <summary>Takes a line and adds its line feed; the caller holds the gate.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        var head = _header->Head;
        var needed = line.Length + 1;
        var place = head & _mask;
        if (place + needed > Capacity)
        {
            var start = head + Capacity - place;
            if (start + needed - Tail > Capacity)
                return false;
            Volatile.Write(ref _header->WrapAt, head);
            head = start;
            place = 0;
        }
        else if (head + needed - Tail > Capacity)
        {
            return false;
        }

        line.CopyTo(new Span<byte>(_data + place, line.Length));
        _data[place + line.Length] = (byte)'\n';
        _header->Lines++;
        Volatile.Write(ref _header->Head, head + needed);
        return true;
    }

    /// <summary>The next whole lines that lie in one piece, at most <paramref name="most"/> bytes, or one longer line. Only for the flusher.</summary>
    public ReadOnlySpan<byte> Peek(long upTo, int most)
    {
        var tail = Tail;
        var wrapAt = Volatile.Read(ref _header->WrapAt);
        if (tail == wrapAt && upTo > tail)
        {
            tail = (tail | _mask) + 1;
            Volatile.Write(ref _header->Tail, tail);
        }

        // A line may also end exactly at the ring's end, where nothing had to be left empty.
        var end = Math.Min(wrapAt > tail ? Math.Min(wrapAt, upTo) : upTo, (tail | _mask) + 1);
        var lines = Slice(tail, (int)Math.Max(0, end - tail));
        if (lines.Length <= most)
            return lines;
        var cut = lines[..most].LastIndexOf((byte)'\n') + 1;
        return lines[..(cut > 0 ? cut : lines.IndexOf((byte)'\n') + 1)];
    }

    /// <summary>The bytes at a position; they must lie in one piece.</summary>
    public ReadOnlySpan<byte> Slice(long position, int length) => new(_data + (position & _mask), length);

    /// <summary>Notes where the batch at the tail is about to be written.</summary>
    public void Begin(in FileState file, long offset, int length)
    {
        Volatile.Write(ref _header->Intent.Length, 0);
        _header->Intent.Device = file.Device;
        _header->Intent.Inode = file.Inode;
        _header->Intent.Offset = offset;
        _header->Intent.From = Tail;
        Volatile.Write(ref _header->Intent.Length, length);
    }

    /// <summary>Frees what was written; ends the intent with the same store.</summary>
    public void Advance(int length) => Volatile.Write(ref _header->Tail, Tail + length);

    public void Dispose() => _memory.Dispose();

    /// <summary>A batch on its way: these bytes of the ring, to this offset of that file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Intent
    {
        public long From;
        public ulong Device;
        public ulong Inode;
        public long Offset;
        public long Length;
    }

    /// <summary>All that an append touches lies in the first cache line: to get one from another core may take as long as to serialise an event.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private struct Header
    {
        [FieldOffset(0)] public ulong Magic;
        [FieldOffset(8)] public long Capacity;
        [FieldOffset(HeadAt)] public long Head;
        [FieldOffset(TailAt)] public long Tail;
        [FieldOffset(32)] public long WrapAt;
        [FieldOffset(40)] public long Lines;
        [FieldOffset(64)] public Intent Intent;
        [FieldOffset(AtWorkAt)] public long AtWork;
    }
}
