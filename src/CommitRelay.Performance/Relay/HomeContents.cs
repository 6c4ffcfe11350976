using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Relay;

/// <summary>The files of a home that tell its state. What has not changed is not read again.</summary>
internal sealed class HomeContents(RelayHome home)
{
    /// <summary>Hand-written records stand out of order; the newest is among the last few.</summary>
    private const int LastRecords = 20;

    /// <summary>The tasks by status.</summary>
    public ChangingFile<QueueCounts> Queue { get; } = new(
        home.TaskQueue,
        static async (path, cancellationToken) => await new QueueReader().CountByAsync(path, "status", cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>The token budget.</summary>
    public ChangingFile<TokenBudget> Budget { get; } = new(home.TokenBudget, static (path, _) => new(TokenBudget.Read(path)));

    /// <summary>When the newest event was, by its own timestamp; null when none of the last few has one.</summary>
    public ChangingFile<DateTimeOffset?> NewestEvent { get; } = new(home.Events, NewestAsync);

    /// <summary>When the newest snapshot was taken, as above.</summary>
    public ChangingFile<DateTimeOffset?> NewestSnapshot { get; } = new(home.MetricsSnapshots, NewestAsync);

    /// <summary>When the newest heartbeat was, as above.</summary>
    public ChangingFile<DateTimeOffset?> NewestHeartbeat { get; } = new(home.Heartbeats, NewestAsync);

    private static async ValueTask<DateTimeOffset?> NewestAsync(string path, CancellationToken cancellationToken)
    {
        DateTimeOffset? newest = null;
        foreach (var record in await new EventReader(path).LastRawAsync(LastRecords, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (JsonText.TryInstant(SpecMembers.Find(record.Json.Span, "timestamp"u8), out var at) && (newest is null || at > newest))
                newest = at;
        }

        return newest;
    }
}
