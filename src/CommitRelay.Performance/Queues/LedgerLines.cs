using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <summary>Walks the whole lines of a ledger, in the memory of the longest one.</summary>
internal static class LedgerLines
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>Gets a line without its line feed, and its place in the file.</summary>
    internal delegate void Visit(ReadOnlySpan<byte> text, long offset);

    /// <param name="file">The ledger.</param>
    /// <param name="from">The start of a line.</param>
    /// <param name="to">Where to stop: the length of the file.</param>
    /// <param name="visit">Called for each line.</param>
    /// <param name="isTorn">Whether a line without its end lies behind the last whole one.</param>
    /// <returns>Behind the last whole line.</returns>
    internal static long Read(SafeFileHandle file, long from, long to, Visit visit, out bool isTorn)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        var filled = 0;
        try
        {
            while (from + filled < to)
            {
                if (filled == buffer.Length)
                    buffer = Grow(buffer);
                var read = RandomAccess.Read(file, buffer.AsSpan(filled, (int)Math.Min(buffer.Length - filled, to - from - filled)), from + filled);
                if (read == 0)
                    break;
                filled += read;
                var taken = VisitWhole(buffer.AsSpan(0, filled), from, visit);
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
                from += taken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        isTorn = filled > 0;
        return from;
    }

    private static int VisitWhole(ReadOnlySpan<byte> text, long offset, Visit visit)
    {
        var taken = 0;
        while (text[taken..].IndexOf((byte)'\n') is >= 0 and var lineFeed)
        {
            visit(text.Slice(taken, lineFeed), offset + taken);
            taken += lineFeed + 1;
        }

        return taken;
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
