using System.Buffers.Text;

namespace CommitRelay.Performance.Json;

/// <summary>A number as a filter sees it: exact when it is written as a whole number within Int64, a double otherwise.</summary>
internal readonly struct JsonNumber : IComparable<JsonNumber>
{
    private readonly bool _isWhole;
    private readonly long _whole;
    private readonly double _value;

    public JsonNumber(long value)
    {
        _isWhole = true;
        _whole = value;
        _value = value;
    }

    public JsonNumber(double value) => _value = value;

    /// <summary>Reads the number at the start of a value; false when the value is no number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out JsonNumber number)
    {
        number = default;
        if (value.IsEmpty || !(value[0] == '-' || char.IsAsciiDigit((char)value[0])))
            return false;
        var token = value[..JsonText.SkipValue(value, 0)];
        if (Utf8Parser.TryParse(token, out long whole, out var read) && read == token.Length)
            number = new JsonNumber(whole);
        else if (Utf8Parser.TryParse(token, out double real, out read) && read == token.Length)
            number = new JsonNumber(real);
        else
            return false;
        return true;
    }

    public int CompareTo(JsonNumber other)
        => _isWhole && other._isWhole ? _whole.CompareTo(other._whole) : _value.CompareTo(other._value);
}
