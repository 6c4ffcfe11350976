using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Lists folders of worker specs during a walk; reads nothing.</summary>
internal sealed class SpecListing(string root, bool goesBelow) : FolderVisitor
{
    public List<ListedFolder> Folders { get; } = [];

    public override void Enter(string path, int depth) => Folders.Add(new ListedFolder(path));

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        var folder = Folders[^1];
        folder.Entries++;
        if (!name.EndsWith(".json"u8))
            return;
        var path = PathOf(folder, name);
        folder.Files++;
        folder.Bytes += bytes;
        if (Utf8.IsValid(name))
            folder.SpecFiles.Add(path);
        else
            folder.Invalid.Add(new InvalidFile(path, "the name's bytes are no UTF-8, so .NET cannot open it"));
    }

    public override void Folder(ReadOnlySpan<byte> name) => Folders[^1].Entries++;

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
        var folder = Folders[^1];
        folder.Entries++;
        if (name.EndsWith(".json"u8))
            folder.Invalid.Add(new InvalidFile(PathOf(folder, name), isLink ? "a link; what it points to is not read" : "a pipe, socket or device; it is not read"));
    }

    public override void Unreadable(string path, string reason)
    {
        // A home without this folder is an ordinary home.
        if (path == root && !Directory.Exists(path) && !System.IO.File.Exists(path))
            return;
        if (Folders.Find(f => f.Path == path) is not { } folder)
            Folders.Add(folder = new ListedFolder(path));
        folder.Invalid.Add(new InvalidFile(path, reason));
    }

    public override void TooDeep(string path)
    {
        if (goesBelow)
            Unreadable(path, "deeper than is read");
    }

    private static string PathOf(ListedFolder folder, ReadOnlySpan<byte> name) => Path.Join(folder.Path, Encoding.UTF8.GetString(name));
}

/// <summary>What lies in one folder.</summary>
internal sealed class ListedFolder(string path)
{
    public string Path { get; } = path;

    public long Entries { get; set; }

    public long Files { get; set; }

    public long Bytes { get; set; }

    public List<string> SpecFiles { get; } = [];

    public List<InvalidFile> Invalid { get; } = [];
}
