using System.Text;

namespace CommitRelay.Performance.Relay;

/// <summary>Counts files by extension, without a string for each.</summary>
internal sealed class ExtensionTally
{
    private const int MostKinds = 1000;
    private const int LongestName = 255;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public ExtensionTally() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Add(ReadOnlySpan<byte> name)
    {
        var dot = name.LastIndexOf((byte)'.');

        // Leading dots hide a file; they begin no extension.
        if (dot < 0 || !name[..dot].ContainsAnyExcept((byte)'.'))
        {
            Add("(none)");
            return;
        }

        Span<char> extension = stackalloc char[LongestName];
        var bytes = name[dot..];
        Add(extension[..Encoding.UTF8.GetChars(bytes[..Math.Min(bytes.Length, LongestName)], extension)]);
    }

    private void Add(ReadOnlySpan<char> extension)
    {
        if (_lookup.TryGetValue(extension, out var count))
            _lookup[extension] = count + 1;
        else
            _lookup[_counts.Count < MostKinds ? extension : "(others)"] = _counts.Count < MostKinds ? 1 : _lookup.TryGetValue("(others)", out count) ? count + 1 : 1;
    }
}
