using System.Text;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>Sums up a home during the walk. What a folder's files are is decided once a folder.</summary>
internal sealed class HomeFilesTally(RelayHome home, HomeFilesOptions options) : FolderVisitor
{
    private readonly Dictionary<string, GroupTally> _specs = new(StringComparer.Ordinal);
    private readonly List<FoundFile> _largest = [];
    private readonly List<InvalidFile> _unreadable = [];
    private readonly long[] _thresholds = [.. options.SizeThresholds];
    private readonly long[] _larger = new long[options.SizeThresholds.Count];
    private readonly ExtensionTally _extensions = new();
    private string _folder = "";
    private GroupTally? _kind;
    private GroupTally? _specFolder;
    private bool _isCoordination;
    private bool _isActive;

    public GroupTally All { get; } = new();

    public GroupTally AllSpecs { get; } = new();

    public GroupTally Events { get; } = new();

    public GroupTally Snapshots { get; } = new();

    public GroupTally Logs { get; } = new();

    public long Folders { get; private set; }

    public long Links { get; private set; }

    public long Others { get; private set; }

    public long NamesWithColon { get; private set; }

    public long NamesWithLineFeed { get; private set; }

    public long ActiveEntries { get; private set; }

    public IReadOnlyList<FoundFile> Largest => _largest;

    public IReadOnlyList<SizeCount> LargerThan => [.. _thresholds.Zip(_larger, static (bytes, files) => new SizeCount(bytes, files))];

    public IReadOnlyDictionary<string, long> ByExtension => _extensions.Counts;

    public IReadOnlyDictionary<string, FileGroup> Specs => _specs.Where(static entry => entry.Value.Files > 0 || entry.Key != ".").ToDictionary(static entry => entry.Key, static entry => entry.Value.ToGroup(), StringComparer.Ordinal);

    public IReadOnlyList<InvalidFile> Unreadables => _unreadable;

    public override void Enter(string path, int depth)
    {
        _folder = path;
        _isCoordination = path == home.Coordination;
        _isActive = path == home.WorkerSpecFolder("active");
        _specFolder = SpecFolder(path);
        _kind = IsBelow(path, home.EventStreams) || IsBelow(path, home.EventArchive) ? Events
            : IsBelow(path, home.History) ? Snapshots
            : IsBelow(path, home.Logs) ? Logs
            : null;
    }

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        Entry(name);
        All.Add(bytes, modifiedSeconds);
        _extensions.Add(name);
        KindOf(name)?.Add(bytes, modifiedSeconds);
        if (_specFolder is not null && name.EndsWith(".json"u8))
        {
            _specFolder.Add(bytes, modifiedSeconds);
            AllSpecs.Add(bytes, modifiedSeconds);
        }

        for (var i = 0; i < _thresholds.Length; i++)
            _larger[i] += bytes > _thresholds[i] ? 1 : 0;
        if (_largest.Count < options.Largest || (_largest.Count > 0 && bytes >= _largest[^1].Bytes))
            AddLarge(new FoundFile(Path.Join(_folder, Encoding.UTF8.GetString(name)), bytes, GroupTally.Instant(modifiedSeconds)));
    }

    public override void Folder(ReadOnlySpan<byte> name)
    {
        Entry(name);
        Folders++;
    }

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
        Entry(name);
        Links += isLink ? 1 : 0;
        Others += isLink ? 0 : 1;
    }

    public override void Unreadable(string path, string reason) => _unreadable.Add(new InvalidFile(path, reason));

    public override void TooDeep(string path) => Unreadable(path, $"deeper than {options.MaxDepth} folders below the home");

    private static bool IsBelow(string path, string folder)
        => path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == Path.DirectorySeparatorChar);

    private static int LargestFirst(FoundFile one, FoundFile other)
    {
        var order = other.Bytes.CompareTo(one.Bytes);
        return order != 0 ? order : string.CompareOrdinal(one.Path, other.Path);
    }

    private void Entry(ReadOnlySpan<byte> name)
    {
        NamesWithColon += name.Contains((byte)':') ? 1 : 0;
        NamesWithLineFeed += name.Contains((byte)'\n') ? 1 : 0;
        ActiveEntries += _isActive ? 1 : 0;
    }

    private GroupTally? KindOf(ReadOnlySpan<byte> name)
    {
        if (!_isCoordination)
            return _kind;
        return name.StartsWith("dashboard-events"u8) ? Events : name.StartsWith("metrics-snapshots"u8) ? Snapshots : null;
    }

    private GroupTally? SpecFolder(string path)
    {
        if (!IsBelow(path, home.WorkerSpecs))
            return null;
        var name = Path.GetRelativePath(home.WorkerSpecs, path).Replace(Path.DirectorySeparatorChar, '/');
        if (!_specs.TryGetValue(name, out var tally))
            _specs[name] = tally = new GroupTally();
        return tally;
    }

    private void AddLarge(FoundFile file)
    {
        var place = _largest.BinarySearch(file, Comparer<FoundFile>.Create(LargestFirst));
        _largest.Insert(place < 0 ? ~place : place, file);
        if (_largest.Count > options.Largest)
            _largest.RemoveAt(_largest.Count - 1);
    }
}
