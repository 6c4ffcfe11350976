namespace CommitRelay.Performance.Workers;

/// <summary>The right to run one task now. Dispose it when the task is done; disposing it again does nothing.</summary>
public sealed class WorkPermit : IDisposable
{
    private ConcurrencyGovernor? _governor;

    internal WorkPermit(ConcurrencyGovernor governor) => _governor = governor;

    /// <summary>Gives the permit back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _governor, null)?.Release();
}
