namespace CommitRelay.Performance.Json;

/// <summary>One value under judgement: its bytes, where its members' values start, and what could not be read.</summary>
internal ref struct JsonFilterInput(ReadOnlySpan<byte> json, ReadOnlySpan<int> starts)
{
    public readonly ReadOnlySpan<byte> Json = json;
    public readonly ReadOnlySpan<int> Starts = starts;
    public int UnreadableInstants;
}
