using System.Buffers;

namespace CommitRelay.Performance.Json;

/// <summary>How a text stands after the bytes seen so far.</summary>
internal enum JsonValidity
{
    /// <summary>Right so far; more is needed, or more blanks may follow.</summary>
    Unfinished,

    /// <summary>One whole value was read (only when the validator stops after a value).</summary>
    Complete,

    /// <summary>No continuation can make the text valid.</summary>
    Invalid,
}

/// <summary>
/// Checks RFC 8259 in UTF-8 without BOM, byte by byte over chunks of any size, and finds the first byte after which no continuation
/// could make the text valid. Memory: one bit a level of nesting.
/// </summary>
internal struct JsonValidator
{
    /// <summary>ASCII without quote, backslash and control characters.</summary>
    private static readonly SearchValues<byte> PlainText = SearchValues.Create(" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~\u007F"u8);

    private readonly int _maxDepth;
    private readonly bool _stopAfterValue;
    private State _state;
    private bool _isName;
    private byte _pending;
    private byte _low;
    private byte _high;
    private byte[]? _literal;
    private ulong _arrays;
    private ulong[]? _outerArrays;

    /// <param name="stopAfterValue">True: stops behind the first value; false: only blanks may follow it.</param>
    /// <param name="maxDepth">Deeper nesting is invalid; 0 for no bound.</param>
    public JsonValidator(bool stopAfterValue, int maxDepth)
    {
        _stopAfterValue = stopAfterValue;
        _maxDepth = maxDepth;
    }

    private enum State : byte
    {
        Value, ValueOrEnd, Name, NameOrEnd, Colon, AfterValue,
        Text, Escape, Hex, Utf8, Literal,
        Minus, Zero, Integer, Point, Fraction, Exponent, ExponentSign, ExponentDigits,
    }

    /// <summary>Open objects and arrays.</summary>
    public int Depth { get; private set; }

    /// <summary>The answer so far.</summary>
    public JsonValidity Validity { get; private set; }

    /// <summary>What could have stood where the error lies, in words.</summary>
    public readonly string Expected => _maxDepth > 0 && Depth > _maxDepth ? $"nesting of at most {_maxDepth} levels" : Describe();

    /// <summary>The first byte after which no continuation is valid; the length when the text only ends too early; -1 when it is valid.</summary>
    public static int FirstError(ReadOnlySpan<byte> json, int maxDepth = 0)
    {
        var validator = new JsonValidator(stopAfterValue: false, maxDepth);
        var at = validator.Advance(json);
        return validator.Validity == JsonValidity.Invalid ? at : validator.Complete() ? -1 : json.Length;
    }

    /// <summary>
    /// Reads one value at the start of a text (leading blanks allowed). <paramref name="end"/> is the offset behind it when complete,
    /// of the error when invalid, and the length when the text ends inside it.
    /// </summary>
    public static JsonValidity ReadValue(ReadOnlySpan<byte> text, out int end, int maxDepth = 0)
    {
        var validator = new JsonValidator(stopAfterValue: true, maxDepth);
        end = validator.Advance(text);
        return validator.Validity == JsonValidity.Unfinished && validator.Complete() ? JsonValidity.Complete : validator.Validity;
    }

    /// <summary>Takes the next bytes.</summary>
    /// <returns>Bytes taken: all of them while unfinished; the index of the error, or behind the value's end, otherwise.</returns>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Validity == JsonValidity.Unfinished)
        {
            at += _state switch
            {
                State.Text => ReadText(bytes[at..]),
                >= State.Minus => ReadNumber(bytes[at]),
                >= State.Escape => ReadInsideToken(bytes[at]),
                _ => ReadBetweenTokens(bytes[at]),
            };
        }

        return at;
    }

    /// <summary>Says that the text ends here.</summary>
    /// <returns>True when a whole value was read.</returns>
    public bool Complete()
    {
        if (_state is State.Zero or State.Integer or State.Fraction or State.ExponentDigits)
            EndValue();
        return Validity == JsonValidity.Complete || (Validity == JsonValidity.Unfinished && Depth == 0 && _state == State.AfterValue);
    }

    private int Fail()
    {
        Validity = JsonValidity.Invalid;
        return 0;
    }

    private int To(State state)
    {
        _state = state;
        return 1;
    }

    private void EndValue()
    {
        _state = State.AfterValue;
        if (Depth == 0 && _stopAfterValue)
            Validity = JsonValidity.Complete;
    }

    private int ReadBetweenTokens(byte b)
    {
        if (b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            return 1;
        switch (_state)
        {
            case State.Name or State.NameOrEnd when b == '"':
                _isName = true;
                return To(State.Text);
            case State.NameOrEnd when b == '}':
            case State.ValueOrEnd when b == ']':
                return Close();
            case State.Colon when b == ':':
                return To(State.Value);
            case State.Value or State.ValueOrEnd:
                return StartValue(b);
            case State.AfterValue when Depth > 0 && b == ',':
                return To(IsArray ? State.Value : State.Name);
            case State.AfterValue when Depth > 0 && b == (IsArray ? ']' : '}'):
                return Close();
            default:
                return Fail();
        }
    }

    private int StartValue(byte b)
    {
        switch (b)
        {
            case (byte)'"':
                _isName = false;
                return To(State.Text);
            case (byte)'{' or (byte)'[':
                return Open(b == '[');
            case (byte)'t' or (byte)'f' or (byte)'n':
                _literal = b == 't' ? LiteralTexts.True : b == 'f' ? LiteralTexts.False : LiteralTexts.Null;
                _pending = 1;
                return To(State.Literal);
            case (byte)'-':
                return To(State.Minus);
            case (byte)'0':
                return To(State.Zero);
            default:
                return b is >= (byte)'1' and <= (byte)'9' ? To(State.Integer) : Fail();
        }
    }

    private int ReadText(ReadOnlySpan<byte> bytes)
    {
        var plain = bytes.IndexOfAnyExcept(PlainText);
        if (plain < 0)
            return bytes.Length;
        var b = bytes[plain];
        if (b == '"')
        {
            if (_isName)
                _state = State.Colon;
            else
                EndValue();
            return plain + 1;
        }

        if (b == '\\')
            return plain + To(State.Escape);
        return plain + (b < 0x20 ? Fail() : StartCharacter(b));
    }

    private int StartCharacter(byte lead)
    {
        (_pending, _low, _high) = lead switch
        {
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF),
            0xED => ((byte)2, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF),
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F),
            _ => ((byte)0, (byte)0, (byte)0),
        };
        return _pending == 0 ? Fail() : To(State.Utf8);
    }

    private int ReadInsideToken(byte b)
    {
        switch (_state)
        {
            case State.Escape when b == 'u':
                _pending = 4;
                return To(State.Hex);
            case State.Escape:
                return b is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' ? To(State.Text) : Fail();
            case State.Hex:
                if (!char.IsAsciiHexDigit((char)b))
                    return Fail();
                return --_pending == 0 ? To(State.Text) : 1;
            case State.Utf8:
                if (b < _low || b > _high)
                    return Fail();
                (_low, _high) = (0x80, 0xBF);
                return --_pending == 0 ? To(State.Text) : 1;
            default:
                if (b != _literal![_pending])
                    return Fail();
                if (++_pending == _literal.Length)
                    EndValue();
                return 1;
        }
    }

    private int ReadNumber(byte b)
    {
        var digit = char.IsAsciiDigit((char)b);
        switch (_state)
        {
            case State.Minus:
                return !digit ? Fail() : To(b == '0' ? State.Zero : State.Integer);
            case State.Integer or State.Fraction or State.ExponentDigits when digit:
                return 1;
            case State.Zero or State.Integer when b == '.':
                return To(State.Point);
            case State.Zero or State.Integer or State.Fraction when b is (byte)'e' or (byte)'E':
                return To(State.Exponent);
            case State.Point:
                return digit ? To(State.Fraction) : Fail();
            case State.Exponent when b is (byte)'+' or (byte)'-':
                return To(State.ExponentSign);
            case State.Exponent or State.ExponentSign:
                return digit ? To(State.ExponentDigits) : Fail();
            default:
                // The number ends before this byte, which is then judged as what follows a value; a digit after a leading zero fails there.
                if (_stopAfterValue && Depth == 0 && _state == State.Zero && digit)
                    return Fail();
                EndValue();
                return 0;
        }
    }

    private readonly bool IsArray => (_arrays & 1) != 0;

    private int Open(bool array)
    {
        if (_maxDepth > 0 && Depth >= _maxDepth)
        {
            Depth++;
            return Fail();
        }

        if (Depth > 0 && Depth % 64 == 0)
            SaveOuter();
        _arrays = (_arrays << 1) | (array ? 1u : 0u);
        Depth++;
        return To(array ? State.ValueOrEnd : State.NameOrEnd);
    }

    private int Close()
    {
        Depth--;
        _arrays >>= 1;
        if (Depth > 0 && Depth % 64 == 0)
            _arrays = _outerArrays![(Depth / 64) - 1];
        EndValue();
        return 1;
    }

    private void SaveOuter()
    {
        var slot = (Depth / 64) - 1;
        _outerArrays ??= new ulong[4];
        if (slot >= _outerArrays.Length)
            Array.Resize(ref _outerArrays, slot * 2);
        _outerArrays[slot] = _arrays;
    }

    private readonly string Describe() => _state switch
    {
        State.Value => "a value",
        State.ValueOrEnd => "a value or ']'",
        State.Name => "a member name in quotes",
        State.NameOrEnd => "a member name in quotes or '}'",
        State.Colon => "':'",
        State.AfterValue => Depth == 0 ? "nothing but blanks behind the value" : IsArray ? "',' or ']'" : "',' or '}'",
        State.Text => "text without raw control bytes, or the closing quote",
        State.Escape => "one of \" \\ / b f n r t u behind a backslash",
        State.Hex => "a hexadecimal digit",
        State.Utf8 => "well-formed UTF-8",
        State.Literal => "true, false or null",
        _ => "a digit",
    };

    private static class LiteralTexts
    {
        public static readonly byte[] True = [.. "true"u8];
        public static readonly byte[] False = [.. "false"u8];
        public static readonly byte[] Null = [.. "null"u8];
    }
}
