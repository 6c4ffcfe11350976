namespace CommitRelay.Performance.Relay;

/// <summary>Sums up files of one kind.</summary>
internal sealed class GroupTally
{
    private long _oldest = long.MaxValue;
    private long _newest = long.MinValue;

    public long Files { get; private set; }

    public long Bytes { get; private set; }

    public long EmptyFiles { get; private set; }

    public void Add(long bytes, long modifiedSeconds)
    {
        Files++;
        Bytes += bytes;
        EmptyFiles += bytes == 0 ? 1 : 0;
        _oldest = Math.Min(_oldest, modifiedSeconds);
        _newest = Math.Max(_newest, modifiedSeconds);
    }

    public FileGroup ToGroup() => new(Files, Bytes, EmptyFiles, Files == 0 ? null : Instant(_oldest), Files == 0 ? null : Instant(_newest));

    /// <summary>The instant of a file's stamp, which can be any number.</summary>
    public static DateTimeOffset Instant(long unixSeconds)
        => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(unixSeconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
