namespace CommitRelay.Performance.Relay;

/// <summary>The JSON documents of a home, each checked by RFC 8259: how many, and which are invalid and where.</summary>
/// <param name="Files">Documents: files with <c>.json</c>, <c>.old</c> or <c>backup</c> in their name, and none of <c>.jsonl</c>, <c>.gz</c>, <c>.pid</c>, <c>.index</c>.</param>
/// <param name="Invalid">Those that are invalid, by path; an empty one at offset 0. Folders that could not be listed too.</param>
public sealed record HomeDocuments(long Files, IReadOnlyList<InvalidFile> Invalid)
{
    /// <summary>Reads every document of a home, whatever its size, in one buffer; through no link.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the reading after one buffer at the latest.</param>
    /// <returns>What is there.</returns>
    public static HomeDocuments Check(RelayHome home, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        var buffer = GC.AllocateUninitializedArray<byte>(128 * 1024);
        var files = 0L;
        var invalid = new List<InvalidFile>();
        var unlisted = FileVisitor.Visit(home.Root, IsDocument, (path, _) =>
        {
            try
            {
                JsonFault.CheckFile(path, buffer, cancellationToken);
                files++;
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }
            catch (Exception e) when (InvalidFile.IsFault(e))
            {
                files++;
                invalid.Add(InvalidFile.Of(path, e));
            }
        }, cancellationToken);
        invalid.AddRange(unlisted);
        invalid.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new HomeDocuments(files, invalid);
    }

    private static bool IsDocument(ReadOnlySpan<byte> name)
        => (Has(name, ".json"u8) || Has(name, ".old"u8) || Has(name, "backup"u8))
            && !Has(name, ".jsonl"u8) && !Has(name, ".gz"u8) && !Has(name, ".pid"u8) && !Has(name, ".index"u8);

    private static bool Has(ReadOnlySpan<byte> name, ReadOnlySpan<byte> piece) => name.IndexOf(piece) >= 0;
}
