using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What the queue tells about the time that lies behind it: how long each task waited, and when its wait ended.</summary>
internal sealed record QueueHistory(IReadOnlyDictionary<string, long> ByStatus, IReadOnlyList<(DateTimeOffset Ended, long Seconds)> Waits)
{
    private static readonly JsonPath Created = "created_at", Started = "started_at", Assigned = "assigned_at";

    /// <exception cref="QueueFormatException">The text is not JSON.</exception>
    public static async Task<QueueHistory> ReadAsync(string path, CancellationToken stop)
    {
        var survey = await QueueSurvey.ReadAsync(path, cancellationToken: stop).ConfigureAwait(false);
        List<(DateTimeOffset, long)> started = [], assigned = [];
        if (survey.HasTasksArray)
        {
            await foreach (var task in new QueueReader().ReadElementsAsync(path, cancellationToken: stop).ConfigureAwait(false))
            {
                if (!TryInstant(task, Created, out var created))
                    continue;
                if (TryInstant(task, Started, out var start))
                    started.Add((start, Instants.SecondsBetween(created, start)));
                if (TryInstant(task, Assigned, out var assign))
                    assigned.Add((assign, Instants.SecondsBetween(created, assign)));
            }
        }

        // Few real tasks say when they started.
        return new QueueHistory(survey.Figures.ByStatus.Named(), started.Count > 0 ? started : assigned);
    }

    private static bool TryInstant(in QueueElement task, JsonPath member, out DateTimeOffset instant)
    {
        instant = default;
        return task.TryGet(member, out var raw) && Snapshots.TryInstant(raw, out instant);
    }
}
