using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>A file's length in bytes and last write, which tell whether somebody wrote since. A link is never what was kept.</summary>
internal sealed record FileMark(long Bytes, long WrittenTicks)
{
    private static readonly FileMark Link = new(-1, -1);

    [JsonIgnore]
    public bool IsLink => this == Link;

    /// <summary>The mark of what lies at a path; null where there is no file.</summary>
    public static FileMark? Of(string path) => new FileInfo(path) switch
    {
        { LinkTarget: not null } => Link,
        { Exists: true } file => new FileMark(file.Length, file.LastWriteTimeUtc.Ticks),
        _ => null,
    };
}

/// <summary>One file that a command changed.</summary>
/// <param name="Path">The file, in full.</param>
/// <param name="Group">Files of one group are taken back together or not at all.</param>
/// <param name="Kept">Where what it was is kept: the old file itself, by one more name. Null where there was no file.</param>
/// <param name="Before">What it was; null where there was no file.</param>
/// <param name="After">What the command left; null where it left no file, or did not come to its end.</param>
/// <param name="Head">Of a log that was cut: how many bytes of the old file were cut off its beginning. What was appended since is no reason not to put them back.</param>
/// <param name="Edited">Whether an edit of the library replaced the file: then <see cref="Files.KeptFile"/> keeps it, and knows exactly what the edit wrote.</param>
internal sealed record ChangedFile(string Path, string Group, string? Kept, FileMark? Before, FileMark? After = null, long? Head = null, bool Edited = false)
{
    [JsonIgnore]
    public bool IsUnchanged => Before == After;
}

/// <summary>What <c>change.jsonl</c> begins with.</summary>
/// <param name="Command">The command, in words.</param>
/// <param name="KeptFolder">Where the old files are kept.</param>
/// <param name="Ended">Whether the command came to its end: only then is it known what it left.</param>
/// <param name="Folders">Folders that may have been removed with their files, and their modes.</param>
internal sealed record ChangeHeader(string Command, string KeptFolder, bool Ended, IReadOnlyList<ChangedFolder> Folders);

internal sealed record ChangedFolder(string Path, int Mode);
