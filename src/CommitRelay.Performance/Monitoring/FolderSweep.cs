using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>Which files a sweep takes, by name and last write (seconds since 1970).</summary>
internal delegate bool SweepTest(ReadOnlySpan<byte> name, long written);

/// <summary>A regular file that a sweep met.</summary>
/// <param name="Path">In full.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Written">Its last write, to the second.</param>
internal readonly record struct SweptFile(string Path, long Bytes, DateTimeOffset Written);

/// <summary>Goes through the regular files of a folder and all below it, and removes some; never through a link, never past what cannot be read without saying so.</summary>
internal sealed class FolderSweep : FolderVisitor
{
    private const int MaxDepth = 64;
    private readonly SweepTest _takes;
    private readonly UpkeepReport _report;
    private readonly bool _below;
    private readonly List<SweptFile> _files = [];
    private string _folder = "";

    private FolderSweep(SweepTest takes, UpkeepReport report, bool below)
    {
        _takes = takes;
        _report = report;
        _below = below;
    }

    /// <summary>The files that pass a test; none, with the reason in the report, when the folder is a link or cannot be read.</summary>
    /// <param name="root">The folder; a missing one has no files.</param>
    /// <param name="takes">Which files.</param>
    /// <param name="report">Gets what was passed over.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <param name="below">Whether folders below count too.</param>
    public static IReadOnlyList<SweptFile> Files(string root, SweepTest takes, UpkeepReport report, CancellationToken cancellationToken, bool below = true)
    {
        if (new DirectoryInfo(root) is not { Exists: true } folder)
            return [];
        if (folder.LinkTarget is not null)
        {
            report.Skip(root, "the folder is a link");
            return [];
        }

        var sweep = new FolderSweep(takes, report, below);
        new FolderWalk(sweep, below ? MaxDepth : 0, long.MaxValue, cancellationToken).Walk(root);
        return sweep._files;
    }

    /// <summary>Removes a file unless somebody has it open for writing; says in the report what became of it.</summary>
    public static bool TryDelete(in SweptFile file, UpkeepReport report, UpkeepAction action = UpkeepAction.Deleted, string? target = null)
    {
        try
        {
            if (!IsAtRest(file.Path, report))
                return false;
            if (!report.DryRun)
                System.IO.File.Delete(file.Path);
            report.Add(action, file.Path, file.Bytes, target);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(file.Path, e.Message);
            return false;
        }
    }

    /// <summary>Whether nobody has a file open for writing; where the system does not tell, it counts as open.</summary>
    public static bool IsAtRest(string path, UpkeepReport report)
    {
        var open = WriterCheck.IsOpenForWriting(path);
        if (open != false)
            report.Skip(path, open == true ? "open for writing" : "the system does not tell whether it is open for writing");
        return open == false;
    }

    public override void Enter(string path, int depth) => _folder = path;

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        if (!_takes(name, modifiedSeconds))
            return;
        var path = Path.Join(_folder, Encoding.UTF8.GetString(name));
        if (Utf8.IsValid(name))
            _files.Add(new SweptFile(path, bytes, GroupTally.Instant(modifiedSeconds)));
        else
            _report.Skip(path, "the name's bytes are no UTF-8, so .NET cannot open it");
    }

    public override void Folder(ReadOnlySpan<byte> name)
    {
    }

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
    }

    public override void Unreadable(string path, string reason) => _report.Skip(path, reason);

    public override void TooDeep(string path)
    {
        if (_below)
            _report.Skip(path, "deeper than is looked");
    }
}
