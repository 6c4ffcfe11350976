using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CommitRelay.Performance.Events;

/// <summary>
/// A thread's own place to serialise in, so that nothing is serialised under a lock and nothing is allocated per event.
/// A converter that itself writes an event finds the place taken and gets a second one.
/// </summary>
internal sealed class EventScratch : IBufferWriter<byte>
{
    private const int UsualBytes = 4 * 1024;
    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static EventScratch? _free;

    private byte[] _buffer = new byte[UsualBytes];
    private int _written;
    private JavaScriptEncoder? _encoder;
    private Utf8JsonWriter _json;

    private EventScratch() => _json = NewWriter();

    public static EventScratch Rent()
    {
        var free = _free ?? new EventScratch();
        _free = null;
        return free;
    }

    /// <summary>Gives the place back; one that had to grow far is left to the collector.</summary>
    public void Return()
    {
        if (_buffer.Length <= KeptBytes)
            _free = this;
    }

    /// <summary>The event as one line without its line feed; valid until the next call.</summary>
    public ReadOnlySpan<byte> Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        if (!ReferenceEquals(type.Options.Encoder, _encoder))
        {
            _encoder = type.Options.Encoder;
            _json = NewWriter();
        }

        _written = 0;
        _json.Reset();
        JsonSerializer.Serialize(_json, value, type);
        _json.Flush();
        return _buffer.AsSpan(0, _written);
    }

    void IBufferWriter<byte>.Advance(int count) => _written += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => Room(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Room(sizeHint).Span;

    private Memory<byte> Room(int sizeHint)
    {
        var needed = _written + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        return _buffer.AsMemory(_written);
    }

    private Utf8JsonWriter NewWriter() => new(this, new JsonWriterOptions { Encoder = _encoder, SkipValidation = true });
}
