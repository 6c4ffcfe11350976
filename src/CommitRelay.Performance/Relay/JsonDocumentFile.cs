using System.Buffers;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>The bytes of a small JSON file, checked by RFC 8259. They lie in a pooled buffer until disposed of.</summary>
internal readonly struct JsonDocumentFile : IDisposable
{
    /// <summary>The largest file that is taken into memory. Specs and budgets have kilobytes; what is a thousand times that is none of them.</summary>
    internal const int MaxBytes = 64 * 1024 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;

    private JsonDocumentFile(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <exception cref="JsonFormatException">The bytes are no JSON, or there are too many.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static JsonDocumentFile Read(string path)
    {
        using var handle = SharedFile.OpenRegular(path, out var state);
        var size = state.Length;
        if (size > MaxBytes)
            throw new JsonFormatException(path, MaxBytes, 0, 0, $"a file of at most {MaxBytes} bytes expected, {size} found");

        // One byte more than the size shows whether the file has grown meanwhile; then the rest is left out and the check says where it ends.
        var buffer = ArrayPool<byte>.Shared.Rent((int)size + 1);
        var length = 0;
        try
        {
            while (length < buffer.Length && RandomAccess.Read(handle, buffer.AsSpan(length), length) is > 0 and var read)
                length += read;
            JsonFault.Check(buffer.AsSpan(0, length), path);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new JsonDocumentFile(buffer, length);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
