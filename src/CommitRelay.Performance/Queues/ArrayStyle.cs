using System.Buffers;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>How the array of tasks is laid out in its file, so that tasks added to it look like the others.</summary>
internal sealed class ArrayStyle
{
    private const int Context = 64 * 1024;

    /// <summary>Where new elements are inserted: behind the last one.</summary>
    internal long InsertAt { get; private init; }

    /// <summary>How many bytes behind it are written anew with them.</summary>
    internal int Replaced { get; private init; }

    internal bool IsEmpty { get; private init; }

    /// <summary>What stands between the last new element and the closing bracket; empty when what is there stays.</summary>
    internal ReadOnlyMemory<byte> BeforeClosing { get; private init; }

    /// <summary>Blanks before an element: a line feed and its indentation, or little or nothing.</summary>
    internal byte[] Lead { get; private init; } = [];

    /// <summary>One step of indentation; empty when the file is not indented.</summary>
    internal byte[] Unit { get; private init; } = [];

    /// <param name="file">The queue file.</param>
    /// <param name="arrayStart">Behind the opening bracket.</param>
    /// <param name="arrayEnd">The closing bracket.</param>
    internal static ArrayStyle Of(FileSnapshot file, long arrayStart, long arrayEnd)
    {
        var before = Read(file, Math.Max(0, arrayStart - Context), arrayStart);
        var start = Read(file, arrayStart, Math.Min(arrayEnd, arrayStart + Context));
        var end = Read(file, Math.Max(arrayStart, arrayEnd - Context), arrayEnd);
        var lead = start[..JsonText.SkipBlanks(start, 0)];
        var trailing = end.Length - (end.AsSpan().LastIndexOfAnyExcept(" \t\r\n"u8) + 1);
        return lead.Length == start.Length ? OfEmpty(before, arrayStart, lead.Length) : new ArrayStyle
        {
            InsertAt = arrayEnd - trailing,
            Lead = lead,
            Unit = UnitOf(start.AsSpan(lead.Length), lead),
        };
    }

    /// <summary>Writes an element with what stands before it.</summary>
    internal void WriteElement(ReadOnlySpan<byte> element, bool isFirst, IBufferWriter<byte> output)
    {
        if (!isFirst)
            output.Write(","u8);
        output.Write(Lead);
        if (Unit.Length == 0)
            output.Write(element);
        else
            JsonLayout.Write(element, Lead, Unit, output);
    }

    private static ArrayStyle OfEmpty(byte[] before, long arrayStart, int blanks)
    {
        var own = LastIndentation(before);
        var unit = FirstIndentation(before);
        var isIndented = unit.Length > 0;
        byte[] lead = isIndented ? [(byte)'\n', .. own, .. unit] : [];
        return new ArrayStyle
        {
            InsertAt = arrayStart,
            Replaced = blanks,
            IsEmpty = true,
            Lead = lead,
            Unit = isIndented ? unit : [],
            BeforeClosing = isIndented ? (byte[])[(byte)'\n', .. own] : [],
        };
    }

    /// <summary>The first element's members stand one step further in than the element itself.</summary>
    private static byte[] UnitOf(ReadOnlySpan<byte> element, ReadOnlySpan<byte> lead)
    {
        if (!lead.Contains((byte)'\n') || element.Length < 2)
            return [];
        var inner = element[1..(1 + JsonText.SkipBlanks(element[1..], 0))];
        return inner.StartsWith(lead) ? inner[lead.Length..].ToArray() : [];
    }

    private static byte[] FirstIndentation(ReadOnlySpan<byte> text)
    {
        var lineFeed = text.IndexOf((byte)'\n');
        return lineFeed < 0 ? [] : text[(lineFeed + 1)..JsonText.SkipBlanks(text, lineFeed + 1)].ToArray();
    }

    private static byte[] LastIndentation(ReadOnlySpan<byte> text)
    {
        var line = text.LastIndexOf((byte)'\n') + 1;
        return text[line..JsonText.SkipBlanks(text, line)].ToArray();
    }

    private static byte[] Read(FileSnapshot file, long from, long to)
    {
        var bytes = new byte[to - from];
        var read = RandomAccess.Read(file.Handle, bytes, from);
        return read == bytes.Length ? bytes : throw new EndOfStreamException($"{file.Path}: the file was cut off while it was read");
    }
}
