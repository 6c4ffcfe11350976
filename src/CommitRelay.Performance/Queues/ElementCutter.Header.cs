using System.Text.Json;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>What stands before the array and behind it: few bytes as a rule, read token by token and checked in full.</content>
internal sealed unsafe partial class ElementCutter
{
    private readonly ArrayLocator _locator;
    private readonly JsonRepeats? _headerRepeats;
    private JsonReaderState _headerReader;
    private JsonValidator _headerValidator;
    private int _tokenStart;
    private bool _byteOrderMarkChecked;

    /// <summary>Reads up to the array's opening bracket. False when more bytes are needed.</summary>
    private bool ReadHeader()
    {
        if (!_byteOrderMarkChecked && !SkipByteOrderMark())
            return false;
        if (!_isLines && !ReadTokens())
        {
            if (_ended)
                throw Fault(_filled, $"an array of tasks at {_options.Tasks}: there is none");
            return false;
        }

        StartElements();
        return true;
    }

    /// <summary>Reads from the array's closing bracket to the end of the text. False when more bytes are needed.</summary>
    private bool ReadTail()
    {
        ReadTokens();
        if (!_ended)
            return false;
        _phase = Phase.Done;
        return true;
    }

    private bool SkipByteOrderMark()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var start = Bytes(0, Math.Min(_filled, mark.Length));
        if (start.Length < mark.Length && !_ended && mark.StartsWith(start))
            return false;
        _byteOrderMarkChecked = true;
        if (!start.SequenceEqual(mark))
            return true;
        if (_options.Strict)
            throw Fault(0, "JSON, not a byte order mark");
        _tokenStart = mark.Length;
        return true;
    }

    private void StartElements()
    {
        ArrayStart = _offset + _tokenStart;
        ArrayDepth = _isLines ? 0 : _locator.Depth;
        StartElementsAt(_tokenStart);
    }

    /// <summary>True when the array's opening bracket was just read.</summary>
    private bool ReadTokens()
    {
        var text = Bytes(_tokenStart, _filled);
        var reader = new Utf8JsonReader(text, _ended, _headerReader);
        var found = false;
        try
        {
            while (!found && reader.Read())
                found = Locate(ref reader);
        }
        catch (JsonException cause)
        {
            Validate(text);
            throw Fault(_ended ? _filled : _tokenStart + (int)reader.BytesConsumed, "valid JSON: " + cause.Message);
        }

        var consumed = (int)reader.BytesConsumed;
        Validate(text[..consumed]);
        _headerReader = reader.CurrentState;
        _tokenStart += consumed;
        return found;
    }

    private bool Locate(ref Utf8JsonReader reader)
    {
        if (_headerRepeats?.IsRepeat(ref reader) == true)
            throw Fault(_tokenStart + (int)reader.TokenStartIndex, "a member name that stands once in its object");
        switch (_locator.Next(ref reader))
        {
            case ArrayLocator.Verdict.Found:
                return true;
            case ArrayLocator.Verdict.Repeated:
                throw Fault(_tokenStart + (int)reader.TokenStartIndex, $"one member of that name only on the way to {_options.Tasks}: a stream cannot let the last one win");
            case ArrayLocator.Verdict.NotAnArray:
                throw Fault(_tokenStart + (int)reader.TokenStartIndex, $"an array at {_options.Tasks}");
            default:
                return false;
        }
    }

    private void Validate(ReadOnlySpan<byte> text)
    {
        var taken = _headerValidator.Advance(text);
        if (_headerValidator.Validity == JsonValidity.Invalid)
            throw Fault(_tokenStart + taken, _headerValidator.Expected);
    }
}
