using System.Globalization;

namespace CommitRelay.Performance.Files;

/// <summary>
/// What an edit replaced, kept beside the file under a name that tells what took its place:
/// <c>&lt;file&gt;.&lt;inode&gt;-&lt;length&gt;-&lt;modified&gt;.undo</c>, the numbers in hexadecimal. So another process, or a later one, can undo the edit,
/// and see whether somebody wrote since. It is the replaced file itself, no copy; a file has at most one.
/// </summary>
/// <remarks>Immutable and thread-safe. Kept by edits that are asked to keep what they replace. A crash in the middle of an edit may lose it, never the file.</remarks>
public sealed class KeptFile
{
    private const string Suffix = ".undo";
    private readonly FileIdentity _written;

    private KeptFile(string filePath, string keptPath, FileIdentity written)
    {
        FilePath = filePath;
        KeptPath = keptPath;
        _written = written;
    }

    /// <summary>The full path of the file that was edited.</summary>
    public string FilePath { get; }

    /// <summary>The full path of what the file was before.</summary>
    public string KeptPath { get; }

    /// <summary>When the edit wrote what took its place.</summary>
    public DateTimeOffset ReplacedAt => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(_written.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Whether the file is still what the edit wrote: same file, same length, same time of change. Looks each time it is asked.</summary>
    /// <exception cref="IOException">The file cannot be looked at.</exception>
    public bool CanPutBack => File.Exists(KeptPath) && FileIdentity.At(FilePath) is { } now && IsWritten(now);

    /// <summary>Finds what the last keeping edit of a file replaced.</summary>
    /// <param name="path">The file that was edited; a symbolic link is followed.</param>
    /// <returns>Null when nothing is kept. What is kept may be out of date: <see cref="CanPutBack"/>.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static KeptFile? Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NewestOf(AllOf(AtomicFile.ResolveLink(Path.GetFullPath(path))));
    }

    /// <summary>Finds what keeping edits replaced in a folder and all below, the latest first; symbolic links to folders are not followed.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<KeptFile> FindAll(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var below = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return [.. Directory.EnumerateFiles(Path.GetFullPath(folder), "*" + Suffix, below)
            .Select(Parse).OfType<KeptFile>()
            .GroupBy(kept => kept.FilePath, StringComparer.Ordinal).Select(NewestOf).OfType<KeptFile>()
            .OrderByDescending(kept => kept.ReplacedAt)];
    }

    /// <summary>Puts the kept file back under the edited file's lock, if nobody wrote since; what it replaces is kept in turn, so that an undo can be undone.</summary>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when somebody wrote since, or nothing is kept any more; nothing has changed then.</returns>
    /// <exception cref="IOException">The file system failed; the file is whole.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public async Task<bool> PutBackAsync(CancellationToken cancellationToken = default)
    {
        using var held = await AtomicFile.LockAsync(FilePath, cancellationToken).ConfigureAwait(false);
        if (!CanPutBack)
            return false;
        using var now = FileSnapshot.Open(FilePath);
        using var draft = FileDraft.OfKept(FilePath, KeptPath);
        return IsWritten(now.Identity) && draft.TryReplace(now.Identity, keepReplaced: true);
    }

    /// <summary>The name under which is kept what was replaced by a file.</summary>
    internal static string NameFor(string target, FileIdentity written)
        => string.Create(CultureInfo.InvariantCulture, $"{target}.{written.Inode:x}-{written.Length:x}-{written.ModifiedNanoseconds:x}{Suffix}");

    /// <summary>Removes what earlier edits of a file have kept.</summary>
    internal static void DeleteOthers(string target, string kept)
    {
        foreach (var other in AllOf(target).Where(other => other.KeptPath != kept))
        {
            FaultPoint.Pass("unlink kept");
            File.Delete(other.KeptPath);
        }
    }

    private static IEnumerable<KeptFile> AllOf(string target)
        => SwapRecovery.Beside(target, Suffix).Select(Parse).OfType<KeptFile>().Where(kept => kept.FilePath == target);

    /// <summary>There is more than one only after a crash in the middle of an edit. What an undo puts back is older than what it replaces.</summary>
    private static KeptFile? NewestOf(IEnumerable<KeptFile> kept) => kept.MaxBy(each => (each.CanPutBack, each._written.ModifiedNanoseconds));

    private static KeptFile? Parse(string keptPath)
    {
        var name = keptPath.AsSpan()[..^Suffix.Length];
        var dot = name.LastIndexOf('.');
        if (dot < 0)
            return null;
        var numbers = name[(dot + 1)..].ToString().Split('-');
        return numbers.Length == 3
            && ulong.TryParse(numbers[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inode)
            && long.TryParse(numbers[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            && long.TryParse(numbers[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var modified)
            ? new KeptFile(name[..dot].ToString(), keptPath, new FileIdentity(0, inode, length, modified))
            : null;
    }

    /// <summary>The name tells no device: both lie in one folder.</summary>
    private bool IsWritten(FileIdentity file) => (file with { Device = 0 }) == _written;
}
