using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Which names a walk takes.</summary>
internal delegate bool NameTest(ReadOnlySpan<byte> name);

/// <summary>Hands out the regular files of a tree whose name passes a test, as the walk meets them; what cannot be listed or opened by .NET is named with the reason.</summary>
internal sealed class FileVisitor(NameTest takes, Action<string, long> take) : FolderVisitor
{
    private const int MaxDepth = 64;
    private const long MaxEntries = 10_000_000;
    private readonly List<InvalidFile> _invalid = [];
    private string _folder = "";

    /// <summary>Walks a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="takes">Which names.</param>
    /// <param name="take">Gets the path of each file, and when it was last written (seconds since 1970).</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <returns>What could not be listed or opened.</returns>
    public static List<InvalidFile> Visit(string root, NameTest takes, Action<string, long> take, CancellationToken cancellationToken)
    {
        var visitor = new FileVisitor(takes, take);
        var walk = new FolderWalk(visitor, MaxDepth, MaxEntries, cancellationToken);
        walk.Walk(root);
        if (walk.IsCut)
            visitor.Unreadable(root, $"more than {MaxEntries} entries; the rest was not looked at");
        return visitor._invalid;
    }

    public override void Enter(string path, int depth) => _folder = path;

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        if (!takes(name))
            return;
        var path = Path.Join(_folder, Encoding.UTF8.GetString(name));
        if (Utf8.IsValid(name))
            take(path, modifiedSeconds);
        else
            Unreadable(path, "the name's bytes are no UTF-8, so .NET cannot open it");
    }

    public override void Folder(ReadOnlySpan<byte> name)
    {
    }

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
    }

    public override void Unreadable(string path, string reason) => _invalid.Add(new InvalidFile(path, reason));

    public override void TooDeep(string path) => Unreadable(path, "deeper than is read");
}
