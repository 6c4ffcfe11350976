using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CommitRelay.Performance.RateLimits;

/// <summary>Tells the ways in which a call can be refused apart. Stateless and thread-safe; nothing throws.</summary>
public static class RateLimitClassifier
{
    private const int Overloaded = 529;
    private const int LargestErrorBody = 1024 * 1024;

    /// <summary>
    /// Classifies a response by its status, and a 429 without a date by its error code too: its body is then buffered (up to 1 MiB) and stays readable.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="headers">Its headers, parsed.</param>
    /// <param name="cancellationToken">Ends the reading of the body.</param>
    public static async ValueTask<RateLimitKind> ClassifyAsync(HttpResponseMessage response, RateLimitHeaders headers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(headers);
        var kind = Classify(response.StatusCode);
        if (kind != RateLimitKind.RateLimited || headers.RetryAfter is not null)
            return kind;
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestErrorBody, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return ClassifyError(body) == RateLimitKind.SpendCap ? RateLimitKind.SpendCap : kind;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            return kind;
        }
    }

    /// <summary>Classifies a status alone: 429, 503 and 529.</summary>
    /// <param name="status">The status of a response.</param>
    public static RateLimitKind Classify(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => RateLimitKind.RateLimited,
        HttpStatusCode.ServiceUnavailable => RateLimitKind.Unavailable,
        (HttpStatusCode)Overloaded => RateLimitKind.Overloaded,
        _ => RateLimitKind.None,
    };

    /// <summary>Classifies an exception of a send: a connection that was reset or ended before the answer did.</summary>
    /// <param name="exception">What the send threw.</param>
    public static RateLimitKind Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
                or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
                or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
                return RateLimitKind.ConnectionReset;
        }

        return RateLimitKind.None;
    }

    /// <summary>
    /// Classifies an error that arrives as JSON: the body of a refusal, or the data of one event inside a 200 event stream, such as
    /// <c>{"type":"error","error":{"type":"overloaded_error"}}</c>. Anything else, valid or not, is <see cref="RateLimitKind.None"/>.
    /// </summary>
    /// <param name="json">UTF-8 text of one JSON value.</param>
    public static RateLimitKind ClassifyError(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var errorDepth = -1;
        var topLevelIsError = false;
        var topLevelCode = RateLimitKind.None;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == errorDepth)
                    errorDepth = -1;
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var depth = reader.CurrentDepth;
                var isError = reader.ValueTextEquals("error"u8);
                var isType = reader.ValueTextEquals("type"u8);
                var isCode = isType || reader.ValueTextEquals("code"u8) || reader.ValueTextEquals("status"u8);
                if (!reader.Read())
                    break;
                if (isError && reader.TokenType == JsonTokenType.StartObject && errorDepth < 0)
                    errorDepth = reader.CurrentDepth;
                if (!isCode || reader.TokenType != JsonTokenType.String)
                    continue;
                topLevelIsError |= isType && depth == 1 && reader.ValueTextEquals("error"u8);
                var kind = KindOf(ref reader);
                if (kind == RateLimitKind.None)
                    continue;
                if (errorDepth >= 0 && depth == errorDepth + 1)
                    return kind;
                if (depth == 1)
                    topLevelCode = kind;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or no valid UTF-8 in a string: no error that we know.
            return RateLimitKind.None;
        }

        return topLevelIsError ? topLevelCode : RateLimitKind.None;
    }

    private static RateLimitKind KindOf(ref Utf8JsonReader reader) => reader.GetString() switch
    {
        "rate_limit_error" or "rate_limit_exceeded" or "rate_limited" or "too_many_requests" or "tokens_exceeded" or "RESOURCE_EXHAUSTED" => RateLimitKind.RateLimited,
        "overloaded_error" or "engine_overloaded" or "server_overloaded" or "slow_down" => RateLimitKind.Overloaded,
        "service_unavailable" or "UNAVAILABLE" => RateLimitKind.Unavailable,
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "billing_error" or "credit_balance_too_low" => RateLimitKind.SpendCap,
        _ => RateLimitKind.None,
    };
}
