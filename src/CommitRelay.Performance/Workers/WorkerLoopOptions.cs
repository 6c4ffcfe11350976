using CommitRelay.Performance.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CommitRelay.Performance.Workers;

/// <summary>How a worker takes and ends tasks.</summary>
public sealed class WorkerLoopOptions
{
    /// <summary>Says how many tasks run at once. Default: a governor of its own, four tasks for each processor.</summary>
    public ConcurrencyGovernor? Governor { get; set; }

    /// <summary>The longest a task may run before it is cancelled and counts as failed. Default 10 minutes; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan TaskTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long running tasks may go on after the loop was told to stop; what is not done by then is cancelled and given back.
    /// Default 20 s, which fits the host's 30 s shutdown timeout; zero or more.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a task is put off when a limit gives no date at which trying again makes sense, such as a spend cap.
    /// Default 15 minutes; more than zero.
    /// </summary>
    public TimeSpan SpendCapPause { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often leases of running tasks are renewed. Default 1 minute; more than zero, and well below the queue's lease.</summary>
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Ends the loop once no task is ready or delayed and none runs here. Default false: it waits for new tasks.</summary>
    public bool UntilEmpty { get; set; }

    /// <summary>Gets an event when a task starts, completes, fails or is given back. Default none.</summary>
    public IEventSink? Events { get; set; }

    /// <summary>Who says so, in the events. Default the process's name and id.</summary>
    public string Source { get; set; } = $"{AppDomain.CurrentDomain.FriendlyName}:{Environment.ProcessId}";

    /// <summary>Gets messages on failures and lost claims. Default none.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentException.ThrowIfNullOrEmpty(Source);
        if (TaskTimeout <= TimeSpan.Zero && TaskTimeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentException($"{nameof(TaskTimeout)} is {TaskTimeout}; it must be more than zero, or infinite.");
        if (Grace < TimeSpan.Zero)
            throw new ArgumentException($"{nameof(Grace)} is {Grace}; it must be zero or more.");
        if (SpendCapPause <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(SpendCapPause)} is {SpendCapPause}; it must be more than zero.");
        if (RenewEvery <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(RenewEvery)} is {RenewEvery}; it must be more than zero.");
    }
}
