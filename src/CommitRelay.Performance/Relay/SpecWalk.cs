using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Reads worker specs as a walk meets them; never through a link. A file that vanishes between listing and reading was not there.</summary>
/// <typeparam name="TFolder">What is kept of a folder.</typeparam>
internal sealed class SpecWalk<TFolder> : FolderVisitor
    where TFolder : class, ISpecFolder
{
    private const int MaxDepth = 64;
    private const long MaxEntries = 10_000_000;
    private readonly string _root;
    private readonly bool _goesBelow;
    private readonly Func<string, TFolder> _begin;
    private readonly Action<TFolder, WorkerSpec> _take;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, TFolder> _folders = new(StringComparer.Ordinal);
    private TFolder _folder = null!;

    private SpecWalk(string root, bool goesBelow, Func<string, TFolder> begin, Action<TFolder, WorkerSpec> take, CancellationToken cancellationToken)
    {
        _root = root;
        _goesBelow = goesBelow;
        _begin = begin;
        _take = take;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Reads one folder, not what lies below it; a missing one is empty.</summary>
    public static TFolder Read(string path, Func<string, TFolder> begin, Action<TFolder, WorkerSpec> take, CancellationToken cancellationToken)
    {
        var walk = new SpecWalk<TFolder>(path, goesBelow: false, begin, take, cancellationToken);
        walk.Walk();
        return walk.Folder(path);
    }

    /// <summary>Reads every folder below <c>worker-specs/</c>, at any depth.</summary>
    /// <param name="home">The home.</param>
    /// <param name="begin">Makes what is kept of a folder.</param>
    /// <param name="take">Gets each spec, with its folder.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The folders by path; empty where the home has none. One that cannot be listed is among them and says why.</returns>
    public static IEnumerable<TFolder> ReadAll(RelayHome home, Func<string, TFolder> begin, Action<TFolder, WorkerSpec> take, CancellationToken cancellationToken)
    {
        var walk = new SpecWalk<TFolder>(home.WorkerSpecs, goesBelow: true, begin, take, cancellationToken);
        walk.Walk();
        return walk._folders.Values.Where(folder => folder.Path != home.WorkerSpecs || !folder.IsEmpty).OrderBy(static folder => folder.Path, StringComparer.Ordinal);
    }

    public override void Enter(string path, int depth) => _folder = Folder(path);

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        _folder.CountEntry();
        if (!name.EndsWith(".json"u8))
            return;
        _cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        if (Utf8.IsValid(name))
        {
            Read(path, bytes);
            return;
        }

        _folder.CountFile(bytes);
        _folder.Add(new InvalidFile(path, "the name's bytes are no UTF-8, so .NET cannot open it"));
    }

    public override void Folder(ReadOnlySpan<byte> name) => _folder.CountEntry();

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
        _folder.CountEntry();
        if (name.EndsWith(".json"u8))
            _folder.Add(new InvalidFile(PathOf(name), isLink ? "a link; what it points to is not read" : "a pipe, socket or device; it is not read"));
    }

    public override void Unreadable(string path, string reason)
    {
        // A home without this folder is an ordinary home.
        if (path != _root || Directory.Exists(path) || System.IO.File.Exists(path))
            Folder(path).Add(new InvalidFile(path, reason));
    }

    public override void TooDeep(string path)
    {
        if (_goesBelow)
            Unreadable(path, "deeper than is read");
    }

    private void Walk() => new FolderWalk(this, _goesBelow ? MaxDepth : 0, MaxEntries, _cancellationToken).Walk(_root);

    private void Read(string path, long bytes)
    {
        try
        {
            using var document = JsonDocumentFile.Read(path);
            if (WorkerSpec.IsObject(document.Bytes))
                _take(_folder, WorkerSpec.OfValid(document.Bytes, path));
            else
                _folder.CountNotObject();
        }
        catch (FileNotFoundException)
        {
            // Gone since it was listed.
            return;
        }
        catch (Exception e) when (InvalidFile.IsFault(e))
        {
            _folder.Add(InvalidFile.Of(path, e));
        }

        _folder.CountFile(bytes);
    }

    private TFolder Folder(string path)
    {
        if (!_folders.TryGetValue(path, out var folder))
            _folders[path] = folder = _begin(path);
        return folder;
    }

    private string PathOf(ReadOnlySpan<byte> name) => Path.Join(_folder.Path, Encoding.UTF8.GetString(name));
}
