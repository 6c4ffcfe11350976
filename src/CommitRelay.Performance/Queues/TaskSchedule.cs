namespace CommitRelay.Performance.Queues;

/// <summary>A task's place in the order of handing out.</summary>
/// <param name="record">What the claims know of it.</param>
internal class TaskSlot(TaskRecord record)
{
    internal TaskRecord Record { get; set; } = record;

    internal int Rank { get; init; }

    /// <summary>Creation time in ticks; <see cref="long.MaxValue"/> when not known, so those of unknown age come after the others.</summary>
    internal long Age { get; init; } = long.MaxValue;

    /// <summary>Place in the file, or order of adding: decides between equals.</summary>
    internal long Order { get; init; }

    /// <summary>False for tasks that are not to be handed out whatever the claims say: not open in the file, or gone from it.</summary>
    internal bool IsOffered { get; set; } = true;
}

/// <summary>
/// Hands out slots by rank, then age. Slots whose time has not come (a delay, a lease) wait in a second heap.
/// A slot may stand in a heap more than once or after its state changed: what is taken out is checked, so placing costs one push and nothing is ever searched.
/// Not thread-safe.
/// </summary>
internal sealed class TaskSchedule<TSlot>
    where TSlot : TaskSlot
{
    private readonly PriorityQueue<TSlot, (int Rank, long Age, long Order)> _ready = new();
    private readonly PriorityQueue<TSlot, DateTimeOffset> _waiting = new();

    /// <summary>When the next waiting slot is due; null when none waits. May be earlier than the truth, never later.</summary>
    internal DateTimeOffset? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    internal void Clear()
    {
        _ready.Clear();
        _waiting.Clear();
    }

    /// <summary>Places a slot by its present state; called whenever that changes.</summary>
    internal void Place(TSlot slot, DateTimeOffset now)
    {
        if (!slot.IsOffered || slot.Record.IsFinished)
            return;
        if (slot.Record.Until <= now)
            _ready.Enqueue(slot, (slot.Rank, slot.Age, slot.Order));
        else
            _waiting.Enqueue(slot, slot.Record.Until);
    }

    /// <summary>Takes out the slot that is to be handed out next; null when none is ready. The caller changes its state and places it anew.</summary>
    internal TSlot? TakeNext(DateTimeOffset now)
    {
        while (_waiting.TryPeek(out var due, out var at) && at <= now)
        {
            // An entry that a renewal has overtaken is dropped: the newer one stands in the heap too.
            _waiting.Dequeue();
            if (due.Record.Until == at)
                Place(due, now);
        }

        while (_ready.TryDequeue(out var slot, out _))
        {
            if (slot.IsOffered && slot.Record.IsReady(now))
                return slot;
        }

        return null;
    }
}
