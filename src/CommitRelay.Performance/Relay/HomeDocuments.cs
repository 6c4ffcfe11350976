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
        var list = FileListing.Of(home.Root, IsDocument, cancellationToken);
        var buffer = GC.AllocateUninitializedArray<byte>(128 * 1024);
        var files = 0L;
        foreach (var path in list.Files.Select(static file => file.Path).Order(StringComparer.Ordinal))
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
                list.Invalid.Add(InvalidFile.Of(path, e));
            }
        }

        return new HomeDocuments(files, list.Invalid);
    }

    private static bool IsDocument(ReadOnlySpan<byte> name)
        => (Has(name, ".json"u8) || Has(name, ".old"u8) || Has(name, "backup"u8))
            && !Has(name, ".jsonl"u8) && !Has(name, ".gz"u8) && !Has(name, ".pid"u8) && !Has(name, ".index"u8);

    private static bool Has(ReadOnlySpan<byte> name, ReadOnlySpan<byte> piece) => name.IndexOf(piece) >= 0;
}
