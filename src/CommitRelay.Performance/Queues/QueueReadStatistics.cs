namespace CommitRelay.Performance.Queues;

/// <summary>What one read met. Hand a new one to a read; it is right when the read has ended.</summary>
/// <remarks>Not thread-safe; one read a time.</remarks>
public sealed class QueueReadStatistics
{
    /// <summary>Elements met, matching or not.</summary>
    public long Elements { get; internal set; }

    /// <summary>Elements that matched the filter and were whole.</summary>
    public long Matched { get; internal set; }

    /// <summary>Faults handed to <see cref="QueueReaderOptions.OnMalformed"/>.</summary>
    public long Faults { get; internal set; }

    /// <summary>Members compared as instants that were present, not null, and no instant.</summary>
    public long UnreadableInstants { get; internal set; }

    internal void Add(QueueReadStatistics part)
    {
        Elements += part.Elements;
        Matched += part.Matched;
        UnreadableInstants += part.UnreadableInstants;
    }
}
