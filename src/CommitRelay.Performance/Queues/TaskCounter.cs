namespace CommitRelay.Performance.Queues;

/// <summary>Sorts records into <see cref="TaskCounts"/>.</summary>
internal static class TaskCounter
{
    internal const string LeasesEnded = "the lease of the last attempt ended without a word";

    internal static TaskCounts Count(IEnumerable<TaskRecord> records, DateTimeOffset now, int maxAttempts, int unclaimable)
    {
        int ready = 0, delayed = 0, leased = 0, completed = 0, dead = 0;
        foreach (var record in records)
        {
            switch (record.State)
            {
                case TaskState.Completed: completed++; break;
                case TaskState.Dead: dead++; break;
                case TaskState.Leased when record.Until > now: leased++; break;
                case TaskState.Leased when record.Attempt >= maxAttempts: dead++; break;
                case TaskState.Open or TaskState.Reopened when record.Until > now: delayed++; break;
                default: ready++; break;
            }
        }

        return new TaskCounts(ready, delayed, leased, completed, dead, unclaimable);
    }
}
