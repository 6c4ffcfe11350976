namespace CommitRelay.Performance.Json;

internal unsafe partial struct BlockScanner
{
    /// <summary>One byte after the other, in the plainest way: what the vectors must agree with.</summary>
    private int ScanScalar(byte* text, int blocks, BlockEvents* found)
    {
        var next = found;
        for (var start = 0; start < blocks * BlockSize; start += BlockSize)
        {
            var bits = 0UL;
            for (var i = 0; i < BlockSize; i++)
            {
                bits |= IsEvent(text + start + i) ? 1UL << i : 0;
                Step(text[start + i]);
            }

            next = Add(bits, start, next);
        }

        return (int)(next - found);
    }

    private readonly bool IsEvent(byte* at)
    {
        if (_inText == 0)
            return *at is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' || (*at == '"' && _escaped == 0 && IsCandidate(at));
        return *at < 0x20 || (_keyCount > 0 && *at == '\\' && at[1] == 'u');
    }

    private readonly bool IsCandidate(byte* quote)
        => (_keyCount > 0 && quote[1] == _first1 && quote[_close1] == '"') || (_keyCount > 1 && quote[1] == _first2 && quote[_close2] == '"');

    private void Step(byte b)
    {
        var wasEscaped = _escaped != 0;
        _escaped = b == '\\' && !wasEscaped ? 1u : 0u;
        if (b == '"' && !wasEscaped)
            _inText = ~_inText;
    }
}
