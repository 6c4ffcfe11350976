namespace CommitRelay.Performance.Workers;

/// <summary>How many more tasks a resource bears; negative when there are too many already.</summary>
/// <param name="Tasks">The number.</param>
/// <param name="Resource">The resource.</param>
internal readonly record struct TaskRoom(int Tasks, string Resource)
{
    public static readonly TaskRoom Unlimited = new(int.MaxValue, "");
}

/// <summary>
/// What a task takes of each resource: what is used beyond the least that was ever used, shared by the tasks that run. When others take of it too,
/// a task seems larger than it is, and the answer is on the safe side. Not thread-safe.
/// </summary>
internal sealed class TaskFootprint
{
    private readonly Dictionary<string, double> _least = new(StringComparer.Ordinal);

    /// <summary>Takes a look at a resource, and says how many more tasks fit below its threshold.</summary>
    /// <param name="signal">The resource.</param>
    /// <param name="running">Tasks that run now.</param>
    public TaskRoom Room(in SaturationSignal signal, int running)
    {
        if (!_least.TryGetValue(signal.Resource, out var least) || signal.Utilization < least)
            _least[signal.Resource] = least = signal.Utilization;
        var each = running > 0 ? (signal.Utilization - least) / running : 0;
        return each > 0
            ? new TaskRoom((int)Math.Clamp(Math.Floor((signal.Threshold - signal.Utilization) / each), -int.MaxValue, int.MaxValue), signal.Resource)
            : TaskRoom.Unlimited;
    }
}
