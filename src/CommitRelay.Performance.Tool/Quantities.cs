using System.CommandLine.Parsing;
using System.Globalization;

namespace CommitRelay.Performance.Tool;

/// <summary>Sizes and times as people write them: 10MB, 512K, 7d, 90s, 500ms. K, M, G are powers of 1024, as for find and ls -h.</summary>
internal static class Quantities
{
    private static readonly (string Unit, double Seconds)[] TimeUnits = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604800)];

    /// <summary>A thousand years: what is longer is a slip, and there is no instant so long ago.</summary>
    private const double LongestSeconds = 1000 * 365.25 * 86400;

    /// <summary>What a timer can wait at most.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    public static TimeSpan? Duration(string text)
    {
        foreach (var (unit, seconds) in TimeUnits)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && Number(text[..^unit.Length]) is { } number && number * seconds <= LongestSeconds)
                return TimeSpan.FromSeconds(number * seconds);
        }

        return null;
    }

    public static long? Size(string text)
    {
        var bare = text.EndsWith("iB", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text.EndsWith('B') || text.EndsWith('b') ? text[..^1] : text;
        var power = bare.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(bare[^1]), StringComparison.Ordinal);
        var bytes = Number(power < 0 ? bare : bare[..^1]) * Math.Pow(1024, power + 1);
        return bytes < long.MaxValue ? (long)bytes : null;
    }

    /// <summary>A time as long as a timer can wait.</summary>
    public static TimeSpan Wait(TimeSpan time) => time < LongestWait ? time : LongestWait;

    public static TimeSpan ParseDuration(ArgumentResult result)
        => Parse(result, Duration, "a time such as 500ms, 30s, 5m, 12h or 7d") ?? default;

    public static long ParseSize(ArgumentResult result)
        => Parse(result, Size, "a size such as 4096, 512K, 10MB or 1G") ?? default;

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> read, string expected)
        where T : struct
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var value = read(text);
        if (value is null)
            result.AddError($"'{text}' is not {expected}.");
        return value;
    }

    private static double? Number(string text)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
