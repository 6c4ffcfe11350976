using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Cuts a stream of bytes into values, however they lie: one a line, printed over many lines, one directly behind the other. Between values
/// it skips blanks, empty lines, lines that begin with <c>#</c>, and a byte order mark at the start. What is no value is reported, from where
/// the value began to the next <c>{</c> that begins a line; zero bytes are a stretch of their own.
/// </summary>
/// <remarks>Bytes come in through <see cref="Room"/> and <see cref="Filled"/>; values go out of the same buffer, which grows to the longest one.</remarks>
internal sealed class EventCutter(string file, EventReaderOptions options, long offset = 0, int firstBuffer = EventCutter.FirstBuffer)
{
    private const int FirstBuffer = 256 * 1024;

    private byte[] _buffer = [];
    private int _at;
    private int _end;
    private long _bufferOffset = offset;
    private bool _ended;
    private long _damageStart = -1;

    /// <summary>For lines that are alike; made once a file proves to be long.</summary>
    private JsonPattern<JsonCheck.NoMembers>? _check;
    private string _damage = "";

    /// <summary>Where the value that was cut last began.</summary>
    public long ValueOffset { get; private set; }

    /// <summary>Behind the line feed of the line that the value that was cut last is the rest of; -1 when it was not cut as a line.</summary>
    public long LineEnd { get; private set; }

    /// <summary>Behind the bytes at hand.</summary>
    public long Reached => _bufferOffset + _end;

    /// <summary>Behind the value that was cut last, and behind all that was skipped or reported before it.</summary>
    public long Position => _bufferOffset + _at;

    /// <summary>Where the next bytes of the file go.</summary>
    public Memory<byte> Room()
    {
        if (_at > 0)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _bufferOffset += _at;
            _end -= _at;
            _at = 0;
            _check ??= new JsonPattern<JsonCheck.NoMembers>();
        }

        if (_buffer.Length - JsonCheck.Slack - _end < firstBuffer / 4)
            Array.Resize(ref _buffer, Math.Max(firstBuffer, _buffer.Length * 2));
        return _buffer.AsMemory(_end, _buffer.Length - JsonCheck.Slack - _end);
    }

    public void Filled(int bytes) => _end += bytes;

    public bool HasEnded => _ended;

    /// <summary>Takes nothing but blanks as lying between values: comment lines, zero bytes and a byte order mark are damage as anything else.</summary>
    public bool ValuesOnly { get; init; }

    /// <summary>No more bytes will come: what is unfinished now is damaged. So is a gzip part that was cut short, though it may end between two values.</summary>
    public void End(Stream source)
    {
        _ended = true;
        if (source is PackedStream { IsDamaged: true })
            options.Tell(new EventDamage(file, Reached, 0, "the packed part is damaged or cut short there"));
    }

    /// <summary>Bytes at hand; none before the value cut last are after the next <see cref="Room"/>.</summary>
    public ReadOnlySpan<byte> Bytes(long from, long to) => _buffer.AsSpan((int)(from - _bufferOffset), (int)(to - from));

    /// <summary>The next value.</summary>
    /// <param name="value">Its bytes, until <see cref="Room"/> is asked for.</param>
    /// <param name="unchecked">True to get a line that looks like one object without its being checked; <see cref="Reject"/> it when it is none.</param>
    /// <returns>False when more bytes are needed, or all are used up.</returns>
    public bool TryNext(out ReadOnlyMemory<byte> value, bool @unchecked = false)
    {
        value = default;
        while (true)
        {
            if (_damageStart >= 0 && !TryResume())
                return false;
            if (!SkipBetween())
                return false;
            if (TryLine(@unchecked, out value))
                return true;
            switch (Read(out var length))
            {
                case JsonValidity.Complete:
                    value = Take(length);
                    return true;
                case JsonValidity.Unfinished:
                    return false;
            }
        }
    }

    /// <summary>Steps over lines that cannot hold a value with these bytes; some of them may be left for <see cref="TryNext"/>.</summary>
    public void SkipLinesWithout(ReadOnlySpan<byte> required)
    {
        if (_damageStart >= 0 || _at == _end)
            return;
        var feed = _buffer[_at] == '\n' ? 1 : 0;
        if (_at + feed < _end && _buffer[_at + feed] == '{')
            _at += feed + EventLines.LengthWithout(_buffer.AsSpan(_at + feed, _end - _at - feed), required);
    }

    /// <summary>Puts an unchecked line back: it was no value, or not of the type.</summary>
    public void Reject(ReadOnlyMemory<byte> line) => _at -= line.Length;

    private ReadOnlyMemory<byte> Take(int length)
    {
        ValueOffset = Position;
        LineEnd = -1;
        var value = _buffer.AsMemory(_at, length);
        _at += length;
        return value;
    }

    /// <summary>The common case, an object that is the rest of a line: seen at its ends, and checked whole. What is not surely one is left to <see cref="Read"/>.</summary>
    private bool TryLine(bool @unchecked, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var rest = _buffer.AsSpan(_at, _end - _at);
        if (rest[0] != '{')
            return false;
        var feed = rest.IndexOf((byte)'\n');
        var length = feed > 1 && rest[feed - 1] == '\r' ? feed - 1 : feed;
        if (length < 2 || rest[length - 1] != '}' || length > options.MaxEventBytes || !(@unchecked || IsValue(rest[..length])))
            return false;
        var lineEnd = Position + feed + 1;
        value = Take(length);
        LineEnd = lineEnd;
        return true;
    }

    private unsafe bool IsValue(ReadOnlySpan<byte> line)
    {
        if (!JsonCheck.IsSupported)
            return false;

        // The bytes that are read behind the line are there: Room keeps them free.
        fixed (byte* start = line)
        {
            var end = start + line.Length;
            var none = default(JsonCheck.NoMembers);
            return (_check is null ? JsonCheck.SkipValue(start, end) : _check.SkipValue(start, end, ref none)) == end;
        }
    }

    /// <summary>Judges the bytes at hand. Damage is noted; the value itself is left to the caller.</summary>
    private JsonValidity Read(out int length)
    {
        if (IsPlainlyWhole(out length))
            return JsonValidity.Complete;
        var validator = new JsonValidator(stopAfterValue: true, maxDepth: 0);
        length = validator.Advance(_buffer.AsSpan(_at, _end - _at));
        var tooLong = length > options.MaxEventBytes;
        if (validator.Validity == JsonValidity.Complete && !tooLong)
            return JsonValidity.Complete;
        if (validator.Validity == JsonValidity.Unfinished && !tooLong)
        {
            if (!_ended)
                return JsonValidity.Unfinished;
            if (validator.Complete())
                return JsonValidity.Complete;
        }

        _damageStart = Position;
        _damage = tooLong ? $"a value of more than {options.MaxEventBytes} bytes"
            : validator.Validity == JsonValidity.Invalid ? $"{validator.Expected} expected at byte {Position + length}"
            : $"the file ends inside the value; {validator.Expected} expected";
        return JsonValidity.Invalid;
    }

    /// <summary>A fast yes to an object; a no needs a closer look.</summary>
    private unsafe bool IsPlainlyWhole(out int length)
    {
        length = 0;
        if (_buffer[_at] != '{' || !JsonCheck.IsSupported)
            return false;
        fixed (byte* buffer = _buffer)
        {
            var behind = JsonCheck.SkipValue(buffer + _at, buffer + _end);
            length = (int)(behind - (buffer + _at));
            return behind != null && length <= options.MaxEventBytes;
        }
    }

    /// <summary>Steps to the next <c>{</c> that begins a line, and reports what lies before it. False when it has not come yet.</summary>
    private bool TryResume()
    {
        var rest = _buffer.AsSpan(_at, _end - _at);
        var next = rest.IndexOf("\n{"u8);
        if (next < 0 && !_ended)
        {
            // The last byte may be the line feed that counts.
            _at += Math.Max(0, rest.Length - 1);
            return false;
        }

        _at = next < 0 ? _end : _at + next + 1;
        Tell(_damageStart, Position - _damageStart, _damage);
        _damageStart = -1;
        return true;
    }

    /// <summary>Steps over what may lie between values. False when nothing else is at hand.</summary>
    private bool SkipBetween()
    {
        while (_at < _end)
        {
            switch (_buffer[_at])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    _at++;
                    break;
                case 0 when !ValuesOnly:
                    SkipZeros();
                    break;
                case (byte)'#' when !ValuesOnly:
                    var feed = _buffer.AsSpan(_at, _end - _at).IndexOf((byte)'\n');
                    if (feed < 0 && !_ended)
                        return false;
                    _at = feed < 0 ? _end : _at + feed;
                    break;
                case 0xEF when !ValuesOnly && Position == 0 && _end >= 3 && _buffer[1] == 0xBB && _buffer[2] == 0xBF:
                    _at = 3;
                    break;
                case 0xEF when !ValuesOnly && Position == 0 && _end < 3 && !_ended:
                    return false;
                default:
                    return true;
            }
        }

        return false;
    }

    private void SkipZeros()
    {
        var zeros = _buffer.AsSpan(_at, _end - _at).IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? _end - _at : zeros;
        Tell(Position, zeros, "zero bytes");
        _at += zeros;
    }

    private void Tell(long start, long length, string reason) => options.Tell(new EventDamage(file, start, length, reason));
}
