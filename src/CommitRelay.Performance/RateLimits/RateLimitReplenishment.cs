namespace CommitRelay.Performance.RateLimits;

/// <summary>How a limit fills up again, which decides what its reset means.</summary>
public enum RateLimitReplenishment
{
    /// <summary>A token bucket: it refills all the time, and the reset says when it will be full (Anthropic, OpenAI, Azure).</summary>
    Continuous,

    /// <summary>A window: nothing comes back before the reset, then everything does (GitHub, the IETF draft).</summary>
    Window,
}
