using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The bytes of a gzip file, and behind its end once as many that no packed text goes on with. <see cref="System.IO.Compression.GZipStream"/> takes a file that
/// is cut short for one that ends; of these bytes it then makes text, or throws, while behind a whole file it passes over them.
/// </summary>
internal sealed class PackedFile(SafeFileHandle file) : FileStream(file, FileAccess.Read, bufferSize: 0)
{
    /// <summary>Whether all of the file has been read, so that whatever text comes now is none of its own.</summary>
    public bool IsPastEnd { get; private set; }

    /// <summary>
    /// Once the text has ended: whether something lies behind it, since nobody asked for what comes after it. Zeros do not count, with which tapes and some
    /// copies fill up files.
    /// </summary>
    public bool HasRest => !IsPastEnd && !EndsInZeros();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = IsPastEnd ? 0 : base.Read(buffer, offset, count);
        if (read > 0 || IsPastEnd)
            return read;
        IsPastEnd = true;
        buffer.AsSpan(offset, count).Fill(0xFF);
        return count;
    }

    /// <summary>No text ends in as many zeros as this looks for.</summary>
    private bool EndsInZeros()
    {
        Span<byte> last = stackalloc byte[16];
        return CanSeek && Length >= last.Length && RandomAccess.Read(SafeFileHandle, last, Length - last.Length) == last.Length && !last.ContainsAnyExcept((byte)0);
    }
}
