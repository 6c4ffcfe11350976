namespace CommitRelay.Performance.Benchmarks.RateLimits;

internal enum CallEnd
{
    Served,
    Failed,
    Unfinished,
}

/// <summary>A call from its first attempt to its end, seconds from the start of the run.</summary>
internal readonly record struct FinishedCall(int Process, double StartedAt, double EndedAt, CallEnd End, int Tokens);
