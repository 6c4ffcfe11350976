namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>
/// <c>Retry-After</c> of RFC 9110 (10.2.3), delay or date, and <c>retry-after-ms</c> (OpenAI, Azure). When both are there the longer one
/// binds: a moment more harms nobody, a moment less is a refusal.
/// </summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(in HeaderSource source)
    {
        var inMilliseconds = HeaderSource.ParseSeconds(source.Read("retry-after-ms"), 0.001);
        var inSeconds = ReadSeconds(source);
        return inMilliseconds > inSeconds ? inMilliseconds : inSeconds ?? inMilliseconds;
    }

    private static TimeSpan? ReadSeconds(in HeaderSource source)
    {
        if (source.Read("Retry-After") is not { } text)
            return null;
        if (HeaderSource.ParseSeconds(text) is { } delay)
            return delay;
        if (HeaderSource.ParseHttpDate(text) is { } date)
            return source.Until(date);

        // Not an HTTP date, but some servers send RFC 3339 here.
        return AnthropicDialect.ParseRfc3339(text) is { } instant ? source.Until(instant) : null;
    }
}
