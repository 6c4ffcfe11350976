using System.Text.Json;

namespace CommitRelay.Performance.RateLimits;

/// <summary>What one call costs, estimated before it is sent or told by the answer.</summary>
/// <param name="InputTokens">Tokens of the prompt, 0 or more.</param>
/// <param name="OutputTokens">Tokens of the answer, 0 or more.</param>
public readonly record struct RateLimitUsage(long InputTokens, long OutputTokens)
{
    /// <summary>Both together.</summary>
    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>
    /// Reads the <c>usage</c> object of an answer's JSON: <c>input_tokens</c> and <c>output_tokens</c> (Anthropic),
    /// <c>prompt_tokens</c> and <c>completion_tokens</c> (OpenAI). Text that is no JSON, or has no usage, gives null; nothing throws.
    /// </summary>
    /// <param name="json">The answer's body, or one event of a stream.</param>
    public static RateLimitUsage? Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("usage"u8))
                    continue;
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    return ParseUsage(ref reader);
            }
        }
        catch (JsonException)
        {
            // No JSON: no usage.
        }

        return null;
    }

    /// <summary>Buffers a response's body and reads its usage; the body stays readable. For <see cref="RateLimitStrategyOptions.ReadUsage"/>.</summary>
    /// <param name="response">A response whose body is one JSON document, not an event stream.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The usage, or null when the body has none.</returns>
    public static async ValueTask<RateLimitUsage?> FromBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        return Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
    }

    private static RateLimitUsage ParseUsage(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        long input = 0, output = 0;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth))
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != depth + 1)
                continue;
            var isInput = reader.ValueTextEquals("input_tokens"u8) || reader.ValueTextEquals("prompt_tokens"u8);
            var isOutput = reader.ValueTextEquals("output_tokens"u8) || reader.ValueTextEquals("completion_tokens"u8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var count) || count < 0)
                continue;
            if (isInput)
                input = count;
            else if (isOutput)
                output = count;
        }

        return new RateLimitUsage(input, output);
    }
}
