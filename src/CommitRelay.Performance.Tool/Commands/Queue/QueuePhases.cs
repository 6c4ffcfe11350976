using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Tasks by what their status means: real queues say it in many words.</summary>
internal sealed record QueuePhases(long Queued, long Running, long Finished, long Other)
{
    public static QueuePhases Of(QueueCounts byStatus)
    {
        long queued = 0, running = 0, finished = 0;
        foreach (var (status, count) in byStatus.ByText)
        {
            switch (status)
            {
                case "queued" or "pending":
                    queued += count;
                    break;
                case "assigned" or "orchestrating" or "worker_spawned" or "in_progress" or "in-progress" or "running":
                    running += count;
                    break;
                case "completed" or "failed" or "cancelled":
                    finished += count;
                    break;
            }
        }

        return new QueuePhases(queued, running, finished, byStatus.Total - queued - running - finished);
    }
}
