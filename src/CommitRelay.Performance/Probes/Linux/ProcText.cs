using System.Buffers.Text;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Reads the texts of /proc and /sys: lines that begin with a name, numbers separated by blanks. A number that does not fit is none.</summary>
internal static class ProcText
{
    /// <summary>What follows a name at the start of a line, to the line's end; false when no line begins with it.</summary>
    internal static bool TryLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
    {
        var line = text;
        while (!line.IsEmpty)
        {
            if (line.StartsWith(name))
            {
                rest = line[name.Length..];
                var end = rest.IndexOf((byte)'\n');
                rest = end < 0 ? rest : rest[..end];
                return true;
            }

            var next = line.IndexOf((byte)'\n');
            if (next < 0)
                break;
            line = line[(next + 1)..];
        }

        rest = default;
        return false;
    }

    /// <summary>The number behind a name at the start of a line, or null.</summary>
    internal static long? Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
        => TryLine(text, name, out var rest) ? Number(ref rest) : null;

    /// <summary>Takes the next number off a line, or null when the next word is none.</summary>
    internal static long? Number(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t:"u8);
        if (!Utf8Parser.TryParse(rest, out long value, out var used))
            return null;
        rest = rest[used..];
        return value;
    }

    /// <summary>The number that a text begins with, or null.</summary>
    internal static long? Number(ReadOnlySpan<byte> text) => Number(ref text);

    /// <summary>Takes the next decimal fraction off a line, or null when the next word is none.</summary>
    internal static double? Fraction(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t:="u8);
        if (!Utf8Parser.TryParse(rest, out double value, out var used, 'F'))
            return null;
        rest = rest[used..];
        return value;
    }

    /// <summary>Takes the next word off a line.</summary>
    internal static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t"u8);
        var end = rest.IndexOfAny(" \t\n"u8);
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }
}
