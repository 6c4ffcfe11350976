using System.Buffers;
using System.Text;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Counts the lines of a file that a search finds, and keeps the last of them. One buffer for all files.</summary>
internal sealed class LineScan(LineSearch search, int keep) : IDisposable
{
    private const int Chunk = 512 * 1024;
    private const int LongestLine = 64 * 1024 * 1024;
    private const int LongestText = 4096;

    private readonly Queue<LogLine> _last = new();
    private readonly int[] _next = new int[search.Words];
    private byte[] _text = ArrayPool<byte>.Shared.Rent(Chunk);
    private byte[] _folded = ArrayPool<byte>.Shared.Rent(Chunk);
    private LineCheck? _check;
    private long _count;
    private long _linesBefore;

    /// <summary>The last lines found in the last file read.</summary>
    public IEnumerable<LogLine> Last => _last;

    /// <summary>Reads a file, unpacked when it ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Has the last word on a line; null for none.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <param name="from">Where to begin, in bytes; line numbers then count from there.</param>
    /// <returns>How many lines were found.</returns>
    /// <exception cref="InvalidDataException">A packed file is damaged or cut short.</exception>
    public long Read(string path, LineCheck? check, CancellationToken cancellationToken, long from = 0)
    {
        _check = check;
        _last.Clear();
        (_count, _linesBefore) = (0, 0);
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            using var unpacked = new PackedStream(file);
            var found = Read(unpacked, cancellationToken);
            return unpacked.IsDamaged ? throw new InvalidDataException($"{path}: the packed file is damaged or cut short.") : found;
        }

        using var plain = new FileStream(file, FileAccess.Read, bufferSize: 0) { Position = from };
        return Read(plain, cancellationToken);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_text);
        ArrayPool<byte>.Shared.Return(_folded);
    }

    private long Read(Stream stream, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filled == _text.Length)
                Grow();
            var read = stream.Read(_text, filled, _text.Length - filled);
            if (read == 0)
            {
                Search(_text.AsSpan(0, filled));
                return _count;
            }

            // Only what is new can hold the line feed that makes lines whole.
            var lineEnd = _text.AsSpan(filled, read).LastIndexOf((byte)'\n');
            filled += read;
            var whole = lineEnd >= 0 ? filled - read + lineEnd + 1 : filled >= LongestLine ? filled : 0;
            if (whole == 0)
                continue;
            Search(_text.AsSpan(0, whole));
            _text.AsSpan(whole, filled - whole).CopyTo(_text);
            filled -= whole;
        }
    }

    private void Search(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        if (_folded.Length < text.Length)
        {
            ArrayPool<byte>.Shared.Return(_folded);
            _folded = ArrayPool<byte>.Shared.Rent(text.Length);
        }

        var folded = _folded.AsSpan(0, text.Length);
        LineSearch.Fold(text, folded);
        _next.AsSpan().Fill(-1);
        var counted = 0;
        for (var from = 0; search.Next(text, folded, from, _next, out var line);)
        {
            var (start, length) = line.GetOffsetAndLength(text.Length);
            from = start + length + 1;
            if (_check?.Invoke(text.Slice(start, length)) == false)
                continue;
            _count++;
            if (keep == 0)
                continue;
            _linesBefore += text[counted..start].Count((byte)'\n');
            counted = start;
            if (_last.Count == keep)
                _last.Dequeue();
            _last.Enqueue(new LogLine("", _linesBefore + 1, Encoding.UTF8.GetString(text.Slice(start, Math.Min(length, LongestText)).TrimEnd((byte)'\r'))));
        }

        if (keep > 0)
            _linesBefore += text[counted..].Count((byte)'\n');
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_text.Length * 2);
        _text.AsSpan().CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_text);
        _text = larger;
    }
}
