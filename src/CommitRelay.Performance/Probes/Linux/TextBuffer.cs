namespace CommitRelay.Performance.Probes.Linux;

/// <summary>The bytes that the kept files of one probe are read into, one after another; grows to the largest of them.</summary>
internal sealed class TextBuffer
{
    private const int First = 16 * 1024;
    private const int Largest = 4 * 1024 * 1024;

    internal byte[] Bytes { get; private set; } = new byte[First];

    internal bool TryGrow()
    {
        if (Bytes.Length >= Largest)
            return false;
        Bytes = new byte[Bytes.Length * 2];
        return true;
    }
}
