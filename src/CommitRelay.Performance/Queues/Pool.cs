namespace CommitRelay.Performance.Queues;

/// <summary>Keeps a few objects whose making costs more than reading a small file does.</summary>
internal sealed class Pool<T>
    where T : class
{
    private readonly T?[] _kept = new T[4];

    public T? Take()
    {
        foreach (ref var slot in _kept.AsSpan())
        {
            if (Interlocked.Exchange(ref slot, null) is { } kept)
                return kept;
        }

        return null;
    }

    /// <summary>Gives an object back; one too many is left to the collector.</summary>
    public void Give(T item)
    {
        foreach (ref var slot in _kept.AsSpan())
        {
            if (Interlocked.CompareExchange(ref slot, item, null) is null)
                return;
        }
    }
}
