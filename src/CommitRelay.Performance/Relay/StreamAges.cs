using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>How long ago the newest record of an event file was, by its own timestamp.</summary>
internal sealed class StreamAges(DateTimeOffset now, List<InvalidFile> invalid)
{
    /// <summary>Hand-written records stand out of order; the newest is among the last few.</summary>
    private const int LastRecords = 20;

    /// <param name="path">The file.</param>
    /// <param name="known">An instant from elsewhere that counts too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<Reading<double>> AgeAsync(string path, DateTimeOffset? known, CancellationToken cancellationToken)
    {
        var newest = known;
        var reason = $"{path}: no record with a readable timestamp among the last {LastRecords}";
        try
        {
            if (!File.Exists(path))
                reason = $"{path}: no such file";
            else
                newest = Newest(await new EventReader(path).LastRawAsync(LastRecords, cancellationToken: cancellationToken).ConfigureAwait(false), known);
        }
        catch (Exception e) when (InvalidFile.IsFault(e))
        {
            invalid.Add(InvalidFile.Of(path, e));
            reason = e.Message;
        }

        return newest is { } at ? Reading.Known((now - at).TotalSeconds, Units.Seconds, now) : Reading.Unknown<double>(reason, Units.Seconds, now);
    }

    private static DateTimeOffset? Newest(IEnumerable<EventText> records, DateTimeOffset? newest)
    {
        foreach (var record in records)
        {
            if (JsonText.TryInstant(SpecMembers.Find(record.Json.Span, "timestamp"u8), out var at) && (newest is null || at > newest))
                newest = at;
        }

        return newest;
    }
}
