using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>Counts lines of a text that comes in pieces, and which of them are one JSON text by themselves. Memory: none but the state of one line.</summary>
internal sealed unsafe class LineTally
{
    private JsonValidator _line = new(stopAfterValue: false, maxDepth: 0);
    private bool _started;
    private bool _hasText;

    public long Bytes { get; private set; }

    public long Newlines { get; private set; }

    public long NonEmpty { get; private set; }

    public long Valid { get; private set; }

    /// <summary>Takes the next piece. <see cref="JsonCheck.Slack"/> bytes behind it must be readable.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        Bytes += piece.Length;
        while (piece.IndexOf((byte)'\n') is >= 0 and var feed)
        {
            Newlines++;
            if (_started || !IsPlainLine(piece[..feed]))
            {
                Continue(piece[..feed]);
                End();
            }

            piece = piece[(feed + 1)..];
        }

        if (!piece.IsEmpty)
            Continue(piece);
    }

    /// <summary>Takes a whole line that is known to be one JSON text. False, and not taken, behind the start of another.</summary>
    /// <param name="length">The line's length, line feed included.</param>
    public bool TryTakeValid(long length)
    {
        if (_started)
            return false;
        Bytes += length;
        Newlines++;
        NonEmpty++;
        Valid++;
        return true;
    }

    /// <summary>Ends the line that was begun.</summary>
    public void End()
    {
        if (_hasText)
        {
            NonEmpty++;
            Valid += _line.Complete() ? 1 : 0;
        }

        _line = new JsonValidator(stopAfterValue: false, maxDepth: 0);
        _started = _hasText = false;
    }

    /// <summary>The common case: a whole line that is an object.</summary>
    private bool IsPlainLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return true;
        if (line[0] != '{' || !JsonCheck.IsSupported)
            return false;
        fixed (byte* text = line)
        {
            if (!JsonCheck.IsValid(text, line.Length))
                return false;
        }

        NonEmpty++;
        Valid++;
        return true;
    }

    private void Continue(ReadOnlySpan<byte> part)
    {
        _started = true;
        _hasText |= part.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
        _line.Advance(part);
    }
}
