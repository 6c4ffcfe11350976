using System.Globalization;
using System.Text.RegularExpressions;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>A rolled part of an event file.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Time">When it was rolled: by its name, else by its last write.</param>
/// <param name="Length">Its size in bytes, as it lies on the disk.</param>
internal readonly record struct EventArchive(string Path, DateTime Time, long Length)
{
    public const string Compressed = ".gz";

    public bool IsCompressed => Path.EndsWith(Compressed, StringComparison.Ordinal);
}

/// <summary>
/// What rolled parts of an event file are called. Ours: <c>events.20261124T0815001234567Z.jsonl</c>, UTC to the tick, so that names sort as time does.
/// Recognised too, since real homes have them: <c>events.jsonl.old</c>, <c>.backup-…</c>, <c>.bak</c>, <c>.1</c>, <c>events-2026-11-24….jsonl</c>,
/// all of <c>events-archive/</c>, and in <c>archive/</c> and its dated folders the names that begin as the file does; each may be gzip.
/// </summary>
internal static partial class EventArchives
{
    private const string StampFormat = "yyyyMMdd'T'HHmmssfffffff'Z'";

    public static string NameOf(string path, string folder, DateTime utc)
        => Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.{utc.ToString(StampFormat, CultureInfo.InvariantCulture)}{Path.GetExtension(path)}");

    /// <summary>The rolled parts, oldest first. Of a part that lies there both plain and compressed (a crash came between), only the plain one.</summary>
    public static List<EventArchive> Find(string path, string? archiveFolder)
    {
        var found = new Dictionary<string, EventArchive>(StringComparer.Ordinal);
        foreach (var file in Candidates(path, archiveFolder))
        {
            // Between the listing and this look, it may have been compressed or deleted.
            if (file.Exists && file.LinkTarget is null && !FileState.IsSpecialAt(file.FullName))
                found.TryAdd(file.FullName, new EventArchive(file.FullName, TimeOf(file), file.Length));
        }

        return [.. found.Values.Where(archive => !archive.IsCompressed || !found.ContainsKey(archive.Path[..^EventArchive.Compressed.Length])).OrderBy(archive => archive.Time).ThenBy(archive => archive.Path, StringComparer.Ordinal)];
    }

    /// <summary>The same while parts are being renamed: a listing may miss one on its way from one name to another, so two must agree.</summary>
    public static List<EventArchive> FindSettled(string path, string? archiveFolder)
    {
        for (var before = Find(path, archiveFolder); ;)
        {
            var now = Find(path, archiveFolder);
            if (now.Select(static archive => archive.Time).SequenceEqual(before.Select(static archive => archive.Time)))
                return now;
            before = now;
        }
    }

    /// <summary>The instant in a name that <see cref="NameOf"/> gave; null for every other name.</summary>
    public static DateTime? StampOf(string path)
        => OwnStamp().Match(Path.GetFileName(path)) is { Success: true } match && DateTime.TryParseExact(match.Groups[1].ValueSpan, StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var stamp)
            ? stamp
            : null;

    private static IEnumerable<FileInfo> Candidates(string path, string? archiveFolder)
    {
        var folder = Path.GetDirectoryName(path)!;
        var stem = Path.GetFileNameWithoutExtension(path);
        var name = Path.GetFileName(path);
        var beside = new Regex($@"^{Regex.Escape(stem)}(\.\d{{8}}T\d{{13}}Z|[-_.]\d{{4}}-?\d{{2}}-?\d{{2}}[-_.:TZ\d]*)?{Regex.Escape(Path.GetExtension(path))}(\.(old|backup|bak)([-_.][^/]*)?|\.\d{{1,4}})?(\.gz)?$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        foreach (var place in new[] { folder, archiveFolder }.OfType<string>().Distinct())
        {
            foreach (var file in Files(place, path, recursive: false).Where(file => file.Name != name && beside.IsMatch(file.Name)))
                yield return file;
        }

        // Whose name has no extension cannot tell its parts from anything else by theirs.
        foreach (var file in Files(Path.Combine(folder, stem + "-archive"), path, recursive: true).Where(file => Path.HasExtension(path) || beside.IsMatch(file.Name)))
            yield return file;
        foreach (var file in Files(Path.Combine(folder, "archive"), path, recursive: true).Where(file => file.Name == name || beside.IsMatch(file.Name)))
            yield return file;
    }

    private static IEnumerable<FileInfo> Files(string folder, string path, bool recursive)
        => !Directory.Exists(folder) ? [] : new DirectoryInfo(folder)
            .EnumerateFiles($"*{Path.GetExtension(path)}*", new EnumerationOptions { RecurseSubdirectories = recursive, MaxRecursionDepth = 2, IgnoreInaccessible = true })
            .Where(static file => !file.Name.EndsWith(".tmp", StringComparison.Ordinal) && !file.Name.EndsWith(".lock", StringComparison.Ordinal));

    private static DateTime TimeOf(FileInfo file)
    {
        if (StampOf(file.Name) is { } stamp)
            return stamp;
        var match = DateInName().Match(file.Name);
        if (!match.Success)
            match = DateInName().Match(file.Directory!.Name);
        return match.Success && DateTime.TryParseExact(match.Value.Replace("-", ""), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) && file.LastWriteTimeUtc.Date != day
            ? day
            : file.LastWriteTimeUtc;
    }

    [GeneratedRegex(@"\.(\d{8}T\d{13}Z)\.", RegexOptions.CultureInvariant)]
    private static partial Regex OwnStamp();

    [GeneratedRegex(@"\d{4}-?\d{2}-?\d{2}", RegexOptions.CultureInvariant)]
    private static partial Regex DateInName();
}
