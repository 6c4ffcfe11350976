namespace CommitRelay.Performance.RateLimits;

/// <summary>What a limit counts.</summary>
public enum RateLimitResource
{
    /// <summary>Calls.</summary>
    Requests,

    /// <summary>Tokens in and out together.</summary>
    Tokens,

    /// <summary>Tokens of the prompt.</summary>
    InputTokens,

    /// <summary>Tokens of the answer.</summary>
    OutputTokens,
}
