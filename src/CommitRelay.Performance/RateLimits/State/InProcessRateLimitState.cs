namespace CommitRelay.Performance.RateLimits.State;

/// <summary>What the callers of one process know together.</summary>
internal sealed class InProcessRateLimitState : LocalRateLimitState
{
    private PaceState _state;

    public InProcessRateLimitState(PaceSettings settings, TimeProvider time)
        : base(settings, time)
        => _state = PaceState.Create(Now(), settings);

    protected override ref PaceState Load() => ref _state;

    protected override bool TryStore() => true;
}
