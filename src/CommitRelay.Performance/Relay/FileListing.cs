using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Which names a listing takes.</summary>
internal delegate bool NameTest(ReadOnlySpan<byte> name);

/// <summary>Lists the regular files of a tree whose name passes a test; what cannot be listed or opened by .NET is named with the reason.</summary>
internal sealed class FileListing(NameTest takes) : FolderVisitor
{
    private const int MaxDepth = 64;
    private const long MaxEntries = 10_000_000;
    private string _folder = "";

    public List<(string Path, long Written)> Files { get; } = [];

    public List<InvalidFile> Invalid { get; } = [];

    /// <summary>Walks a folder and lists its files.</summary>
    public static FileListing Of(string root, NameTest takes, CancellationToken cancellationToken)
    {
        var listing = new FileListing(takes);
        var walk = new FolderWalk(listing, MaxDepth, MaxEntries, cancellationToken);
        walk.Walk(root);
        if (walk.IsCut)
            listing.Unreadable(root, $"more than {MaxEntries} entries; the rest was not looked at");
        return listing;
    }

    public override void Enter(string path, int depth) => _folder = path;

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        if (!takes(name))
            return;
        var path = Path.Join(_folder, Encoding.UTF8.GetString(name));
        if (Utf8.IsValid(name))
            Files.Add((path, modifiedSeconds));
        else
            Unreadable(path, "the name's bytes are no UTF-8, so .NET cannot open it");
    }

    public override void Folder(ReadOnlySpan<byte> name)
    {
    }

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
    }

    public override void Unreadable(string path, string reason) => Invalid.Add(new InvalidFile(path, reason));

    public override void TooDeep(string path) => Unreadable(path, "deeper than is read");
}
