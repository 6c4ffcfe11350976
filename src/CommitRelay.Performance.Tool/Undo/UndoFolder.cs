using System.Globalization;
using System.Text.Json;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>
/// Where a user's last change of a home is kept: <c>coordination/.relay-perf-undo-USER/N/</c>, of which the highest N counts. <c>change.jsonl</c> in it tells
/// which files were changed; the old files lie there too, or in a folder of the same name where they came from, so that they need not be copied.
/// </summary>
internal static class UndoFolder
{
    /// <summary>What every user's folder begins with.</summary>
    public const string Prefix = ".relay-perf-undo";

    public const string RecordName = "change.jsonl";

    /// <summary>This user's folder, by number: several may look after one home, and nobody else can read what one of them keeps.</summary>
    public static string Name { get; } = OperatingSystem.IsWindows() ? Prefix : $"{Prefix}-{OwnFolder.EffectiveUser()}";

    /// <summary>The folder that keeps the changes of a file: its home's coordination, else the file's own.</summary>
    public static string Of(string path)
    {
        var full = Resolved(path);
        var own = Directory.Exists(full) ? full : Path.GetDirectoryName(full)!;
        for (var folder = own; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.GetFileName(folder) == "coordination")
                return folder;
        }

        return own;
    }

    /// <summary>The full path of a file, a link followed.</summary>
    public static string Resolved(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }

    /// <summary>This user's changes that are kept, the last one first: there is more than one only after a crash.</summary>
    public static IReadOnlyList<string> Changes(string folder)
    {
        var kept = Path.Combine(folder, Name);
        return !Directory.Exists(kept) ? [] : [.. Directory.GetDirectories(kept).Where(static change => NumberOf(change) > 0 && OwnFolder.Is(change)).OrderByDescending(NumberOf)];
    }

    public static int NumberOf(string change) => int.TryParse(Path.GetFileName(change), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A number that no change has had.</summary>
    public static int NextNumber(params ReadOnlySpan<string> folders)
    {
        var last = 0;
        foreach (var folder in folders)
        {
            var kept = Path.Combine(folder, Name);
            foreach (var change in Directory.Exists(kept) ? Directory.GetDirectories(kept) : [])
                last = Math.Max(last, NumberOf(change));
        }

        return last + 1;
    }

    /// <summary>Frees what a change has kept.</summary>
    /// <param name="change">The change's folder.</param>
    /// <param name="needed">What a later change keeps: where an undo was taken back, under the same name. Null for nothing.</param>
    public static void Delete(string change, IReadOnlySet<string>? needed = null)
    {
        var record = TryRead(change);
        foreach (var file in record?.Files.Where(static file => file is { Edited: true, Kept: not null } && file.Kept.EndsWith(".undo", StringComparison.Ordinal)) ?? [])
        {
            // Gone already where a later edit of that file, or an undo, took its place.
            if (needed?.Contains(file.Kept!) != true)
                File.Delete(file.Kept!);
        }

        if (record is not null && record.Header.KeptFolder != change && IsKeptFolder(record.Header.KeptFolder) && Directory.Exists(record.Header.KeptFolder))
        {
            Directory.Delete(record.Header.KeptFolder, recursive: true);
            DeleteIfEmpty(Path.GetDirectoryName(record.Header.KeptFolder)!);
        }

        Directory.Delete(change, recursive: true);
    }

    public static void DeleteIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>What a change tells of itself; null when its record is missing or its first line was never written.</summary>
    public static ChangeRecord? TryRead(string change)
    {
        var path = Path.Combine(change, RecordName);
        if (!File.Exists(path))
            return null;
        var lines = File.ReadAllLines(path);
        try
        {
            var header = JsonSerializer.Deserialize(lines.FirstOrDefault("null"), UndoJson.Default.ChangeHeader);
            return header is null ? null : new ChangeRecord(header, File.GetLastWriteTimeUtc(path), [.. lines.Skip(1).Select(Parse).OfType<ChangedFile>()]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for a line that a crash has cut.</summary>
    private static ChangedFile? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, UndoJson.Default.ChangedFile);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a record names is deleted only where it is one of ours.</summary>
    private static bool IsKeptFolder(string folder) => Path.GetFileName(Path.GetDirectoryName(folder)) == Name && NumberOf(folder) > 0;
}

internal sealed record ChangeRecord(ChangeHeader Header, DateTime At, IReadOnlyList<ChangedFile> Files);

[System.Text.Json.Serialization.JsonSerializable(typeof(ChangeHeader))]
[System.Text.Json.Serialization.JsonSerializable(typeof(ChangedFile))]
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class UndoJson : System.Text.Json.Serialization.JsonSerializerContext;
