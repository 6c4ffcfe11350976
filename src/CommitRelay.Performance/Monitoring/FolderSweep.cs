using System.IO.Enumeration;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Monitoring;

/// <summary>A regular file that a sweep met.</summary>
/// <param name="Path">In full.</param>
/// <param name="Length">Bytes.</param>
/// <param name="WrittenUtc">Its last write.</param>
internal readonly record struct SweptFile(string Path, long Length, DateTime WrittenUtc);

/// <summary>Goes through the regular files of a folder and all below it; never through a link, never past what cannot be read without saying so.</summary>
internal sealed class FolderSweep(string root, UpkeepReport report, bool below)
    : FileSystemEnumerator<SweptFile>(root, Everything)
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };

    // Set before the base opens the folder, which may already fail.
    private readonly string _root = root;
    private readonly UpkeepReport _report = report;

    /// <summary>The files; empty, with the reason in the report, when the folder is a link or cannot be read.</summary>
    /// <param name="root">The folder; a missing one has no files.</param>
    /// <param name="report">Gets what was passed over.</param>
    /// <param name="below">Whether folders below count too.</param>
    public static IEnumerable<SweptFile> Files(string root, UpkeepReport report, bool below = true)
    {
        if (new DirectoryInfo(root) is not { Exists: true } folder)
            yield break;
        if (folder.LinkTarget is not null)
        {
            report.Skip(root, "the folder is a link");
            yield break;
        }

        using var sweep = Open(root, report, below);
        while (sweep?.MoveNext() == true)
            yield return sweep.Current;
    }

    /// <summary>Removes a file unless somebody has it open for writing; says in the report what became of it.</summary>
    public static bool TryDelete(in SweptFile file, UpkeepReport report, UpkeepAction action = UpkeepAction.Deleted, string? target = null)
    {
        try
        {
            if (!IsAtRest(file.Path, report))
                return false;
            if (!report.DryRun)
                File.Delete(file.Path);
            report.Add(action, file.Path, file.Length, target);
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

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        => !entry.IsDirectory && (entry.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) == 0;

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry)
        => below && (entry.Attributes & FileAttributes.ReparsePoint) == 0;

    protected override SweptFile TransformEntry(ref FileSystemEntry entry) => new(entry.ToFullPath(), entry.Length, entry.LastWriteTimeUtc.UtcDateTime);

    protected override bool ContinueOnError(int error)
    {
        _report.Skip(_root, $"a folder below cannot be read: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}");
        return true;
    }

    private static FolderSweep? Open(string root, UpkeepReport report, bool below)
    {
        try
        {
            return new FolderSweep(root, report, below);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(root, e.Message);
            return null;
        }
    }
}
