using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Tells worker specs from what else lies in folders during a walk; reads nothing.</summary>
internal abstract class SpecVisitor(string root, bool goesBelow) : FolderVisitor
{
    private string _folder = "";

    /// <summary>What comes next lies in this folder.</summary>
    protected abstract void Begin(string folder);

    /// <summary>An entry of any kind.</summary>
    protected abstract void Entry();

    /// <summary>A spec file, which can be opened.</summary>
    protected abstract void Spec(string path, long bytes);

    /// <summary>A spec file that .NET cannot open.</summary>
    protected abstract void Closed(InvalidFile file, long bytes);

    /// <summary>What is named as a spec and is no file; or a folder that cannot be listed.</summary>
    /// <param name="folder">The folder it lies in, or is.</param>
    /// <param name="file">What, and why.</param>
    protected abstract void Invalid(string folder, InvalidFile file);

    public sealed override void Enter(string path, int depth)
    {
        _folder = path;
        Begin(path);
    }

    public sealed override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        Entry();
        if (!name.EndsWith(".json"u8))
            return;
        if (Utf8.IsValid(name))
            Spec(PathOf(name), bytes);
        else
            Closed(new InvalidFile(PathOf(name), "the name's bytes are no UTF-8, so .NET cannot open it"), bytes);
    }

    public sealed override void Folder(ReadOnlySpan<byte> name) => Entry();

    public sealed override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
        Entry();
        if (name.EndsWith(".json"u8))
            Invalid(_folder, new InvalidFile(PathOf(name), isLink ? "a link; what it points to is not read" : "a pipe, socket or device; it is not read"));
    }

    public sealed override void Unreadable(string path, string reason)
    {
        // A home without this folder is an ordinary home.
        if (path != root || Directory.Exists(path) || System.IO.File.Exists(path))
            Invalid(path, new InvalidFile(path, reason));
    }

    public sealed override void TooDeep(string path)
    {
        if (goesBelow)
            Unreadable(path, "deeper than is read");
    }

    private string PathOf(ReadOnlySpan<byte> name) => Path.Join(_folder, Encoding.UTF8.GetString(name));
}
