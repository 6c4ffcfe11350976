namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>
/// The IETF's draft-ietf-httpapi-ratelimit-headers: <c>RateLimit-Policy: "default";q=100;w=60</c> with <c>RateLimit: "default";r=50;t=30</c>
/// (revision 8 and later), <c>limit=100, remaining=50, reset=30</c> (7), and <c>RateLimit-{Limit,Remaining,Reset}</c> (6 and earlier).
/// Of several policies the one that has least left, in parts of its quota, is taken.
/// </summary>
internal static class IetfDialect
{
    private const int MostItems = 16;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static void Read(in HeaderSource source, ref LimitList limits)
    {
        if (limits.Has(RateLimitResource.Requests))
            return;
        if (source.Read("RateLimit") is { } text)
            ReadItems(text, source.Read("RateLimit-Policy"), ref limits);
        else
            ReadOldNames(source, ref limits);
    }

    private static void ReadItems(ReadOnlySpan<char> text, string? policies, ref LimitList limits)
    {
        if (Parameter(text, "remaining") is { } oldRemaining)
        {
            Add(ref limits, Parameter(text, "limit"), oldRemaining, Parameter(text, "reset"), Parameter(policies, "w"));
            return;
        }

        (long? Quota, long Left, long? Reset, long? Window)? tightest = null;
        var items = 0;
        foreach (var range in text.Split(','))
        {
            var item = text[range].Trim();
            if (++items > MostItems || Parameter(item, "r") is not { } left)
                continue;
            var policy = PolicyOf(policies, NameOf(item));
            var candidate = (Quota: Parameter(policy, "q"), Left: left, Reset: Parameter(item, "t"), Window: Parameter(policy, "w"));
            if (tightest is null || Share(candidate.Left, candidate.Quota) < Share(tightest.Value.Left, tightest.Value.Quota))
                tightest = candidate;
        }

        if (tightest is { } found)
            Add(ref limits, found.Quota, found.Left, found.Reset, found.Window);
    }

    private static void ReadOldNames(in HeaderSource source, ref LimitList limits)
    {
        if (source.ReadCount("RateLimit-Remaining") is not { } remaining)
            return;

        // Revisions 3 to 6 allow "100, 100;w=60": the number before the first comma is the limit.
        var limit = source.Read("RateLimit-Limit");
        var comma = limit?.IndexOf(',', StringComparison.Ordinal) ?? -1;
        var count = HeaderSource.ParseCount(comma < 0 ? limit : limit.AsSpan(0, comma));
        Add(ref limits, count, remaining, source.ReadCount("RateLimit-Reset"), Parameter(limit, "w"));
    }

    private static void Add(ref LimitList limits, long? limit, long remaining, long? reset, long? window)
        => limits.Add(new RateLimitReading(RateLimitResource.Requests, limit, remaining, Seconds(reset), window is > 0 ? Seconds(window) : null,
            RateLimitReplenishment.Window, Second));

    private static TimeSpan? Seconds(long? value) => value is { } seconds ? HeaderSource.Bounded(seconds) : null;

    private static double Share(long left, long? quota) => quota is > 0 ? (double)left / quota.Value : left;

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> item)
    {
        var end = item.IndexOf(';');
        return (end < 0 ? item : item[..end]).Trim();
    }

    private static ReadOnlySpan<char> PolicyOf(ReadOnlySpan<char> policies, ReadOnlySpan<char> name)
    {
        var items = 0;
        foreach (var range in policies.Split(','))
        {
            var item = policies[range].Trim();
            if (++items <= MostItems && NameOf(item).SequenceEqual(name))
                return item;
        }

        return default;
    }

    /// <summary>The number of a parameter <c>key=number</c> that stands at the start or after <c>;</c>, <c>,</c> or a blank.</summary>
    private static long? Parameter(ReadOnlySpan<char> text, ReadOnlySpan<char> key)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = text[at..].IndexOf(key, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return null;
            found += at;
            var equals = found + key.Length;
            if (equals < text.Length && text[equals] == '=' && (found == 0 || text[found - 1] is ';' or ',' or ' '))
            {
                var value = text[(equals + 1)..];
                var end = value.IndexOfAnyExcept(HeaderSource.Digits);
                return HeaderSource.ParseCount(end < 0 ? value : value[..end]);
            }

            at = equals;
        }

        return null;
    }
}
