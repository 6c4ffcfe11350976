using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Files.Unix;
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
    private readonly bool _deletes;
    private readonly CancellationToken _cancellationToken;
    private readonly List<SweptFile> _files = [];

    /// <summary>The names of these files, each with a zero behind it; kept for a folder whose files are deleted.</summary>
    private readonly ArrayBufferWriter<byte> _names = new();
    private string _folder = "";

    private FolderSweep(SweepTest takes, UpkeepReport report, bool below, bool deletes, CancellationToken cancellationToken)
    {
        _takes = takes;
        _report = report;
        _below = below;
        _deletes = deletes;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The files of a folder, not of those below it, that pass a test; none, with the reason in the report, when the folder is a link or cannot be read.</summary>
    /// <param name="root">The folder; a missing one has no files.</param>
    /// <param name="takes">Which files.</param>
    /// <param name="report">Gets what was passed over.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static IReadOnlyList<SweptFile> Files(string root, SweepTest takes, UpkeepReport report, CancellationToken cancellationToken)
    {
        var sweep = new FolderSweep(takes, report, below: false, deletes: false, cancellationToken);
        sweep.Walk(root);
        return sweep._files;
    }

    /// <summary>Removes the files of a folder, and of all below it, that pass a test, unless somebody has them open for writing; the report tells of each.</summary>
    /// <param name="root">The folder; a missing one has no files.</param>
    /// <param name="takes">Which files.</param>
    /// <param name="report">Gets what was removed and what was passed over.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public static void Delete(string root, SweepTest takes, UpkeepReport report, CancellationToken cancellationToken)
        => new FolderSweep(takes, report, below: true, deletes: true, cancellationToken).Walk(root);

    /// <summary>Removes a file unless somebody has it open for writing; says in the report what became of it.</summary>
    public static void TryDelete(in SweptFile file, UpkeepReport report, UpkeepAction action = UpkeepAction.Deleted, string? target = null)
    {
        try
        {
            if (!IsAtRest(file.Path, report))
                return;
            report.Announce(action, file.Path, file.Bytes, target);
            if (!report.DryRun)
                System.IO.File.Delete(file.Path);
            report.Add(action, file.Path, file.Bytes, target);
        }
        catch (FileNotFoundException)
        {
            // Somebody else was faster.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(file.Path, e.Message);
        }
    }

    /// <summary>Whether nobody has a file open for writing; where the system does not tell, it counts as open.</summary>
    public static bool IsAtRest(string path, UpkeepReport report) => IsAtRest(WriterCheck.IsOpenForWriting(path), path, report);

    public override void Enter(string path, int depth) => _folder = path;

    public override void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds)
    {
        if (!_takes(name, modifiedSeconds))
            return;
        var path = Path.Join(_folder, Encoding.UTF8.GetString(name));
        if (!Utf8.IsValid(name))
        {
            _report.Skip(path, "the name's bytes are no UTF-8, so .NET cannot open it");
            return;
        }

        _files.Add(new SweptFile(path, bytes, GroupTally.Instant(modifiedSeconds)));
        if (_deletes)
        {
            _names.Write(name);
            _names.Write("\0"u8);
        }
    }

    public override void Folder(ReadOnlySpan<byte> name)
    {
    }

    public override void Other(ReadOnlySpan<byte> name, bool isLink)
    {
    }

    /// <summary>Deletes by folder, once it is listed: in a folder that is open nobody can lead a deletion elsewhere, and a long path is not looked up for each file.</summary>
    public override void Listed(int folder)
    {
        if (!_deletes)
            return;
        if (folder >= 0)
            DeleteIn(folder);
        else
            DeleteByPath();
        _files.Clear();
        _names.ResetWrittenCount();
    }

    public override void Unreadable(string path, string reason) => _report.Skip(path, reason);

    public override void TooDeep(string path)
    {
        if (_below)
            _report.Skip(path, "deeper than is looked");
    }

    private void Walk(string root)
    {
        if (new DirectoryInfo(root) is not { Exists: true } folder)
            return;
        if (folder.LinkTarget is not null)
            _report.Skip(root, "the folder is a link");
        else
            new FolderWalk(this, _below ? MaxDepth : 0, long.MaxValue, _cancellationToken).Walk(root);
    }

    private void DeleteByPath()
    {
        foreach (var file in _files)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            TryDelete(file, _report);
        }
    }

    private unsafe void DeleteIn(int folder)
    {
        fixed (byte* names = _names.WrittenSpan)
        {
            var name = names;
            foreach (var file in _files)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                DeleteIn(folder, name, file);
                name += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).Length + 1;
            }
        }
    }

    private unsafe void DeleteIn(int folder, byte* name, in SweptFile file)
    {
        if (!IsAtRest(WriterCheck.IsOpenForWriting(folder, name), file.Path, _report) || !IsAnnounced(file))
            return;
        if (_report.DryRun || Libc.UnlinkAt(folder, name, 0) == 0)
            _report.Add(UpkeepAction.Deleted, file.Path, file.Bytes);
        else if (Marshal.GetLastPInvokeError() != Libc.NoEntry)
            _report.Skip(file.Path, Libc.LastError("unlink", file.Path).Message);
    }

    /// <summary>False, with the reason in the report, when whoever was told of it objects.</summary>
    private bool IsAnnounced(in SweptFile file)
    {
        try
        {
            _report.Announce(UpkeepAction.Deleted, file.Path, file.Bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report.Skip(file.Path, e.Message);
            return false;
        }
    }

    private static bool IsAtRest(bool? openForWriting, string path, UpkeepReport report)
    {
        if (openForWriting != false)
            report.Skip(path, openForWriting == true ? "open for writing" : "the system does not tell whether it is open for writing");
        return openForWriting == false;
    }
}
