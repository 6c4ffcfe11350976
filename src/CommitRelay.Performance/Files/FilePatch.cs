namespace CommitRelay.Performance.Files;

/// <summary>New bytes for a range of a file. An empty range is an insertion, no bytes a removal.</summary>
/// <param name="Offset">Where the range starts.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Bytes">What stands there instead.</param>
internal readonly record struct FilePatch(long Offset, int Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>How much longer the file gets.</summary>
    internal int Growth => Bytes.Length - Length;
}
