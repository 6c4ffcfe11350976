namespace CommitRelay.Performance.Relay;

/// <summary>Files of one kind: how many, how large, how old.</summary>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Their bytes together.</param>
/// <param name="EmptyFiles">How many have none.</param>
/// <param name="Oldest">The earliest last write, to the second; null when there are no files.</param>
/// <param name="Newest">The latest last write, to the second; null when there are no files.</param>
public readonly record struct FileGroup(long Files, long Bytes, long EmptyFiles, DateTimeOffset? Oldest, DateTimeOffset? Newest);

/// <summary>A file that was met on the walk.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">Its last write, to the second.</param>
public sealed record FoundFile(string Path, long Bytes, DateTimeOffset WrittenAt);

/// <summary>How many files are larger than a size.</summary>
/// <param name="Bytes">The size; files of just this size do not count.</param>
/// <param name="Files">How many are larger.</param>
public readonly record struct SizeCount(long Bytes, long Files);
