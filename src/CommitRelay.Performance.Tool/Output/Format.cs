using System.Globalization;

namespace CommitRelay.Performance.Tool;

/// <summary>Numbers for people.</summary>
internal static class Format
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(double bytes)
    {
        var step = 0;
        for (; Math.Abs(bytes) >= 1024 && step < Sizes.Length - 1; step++)
            bytes /= 1024;
        return bytes.ToString(step == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Sizes[step];
    }

    public static string Percent(double ratio) => (100 * ratio).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>The two largest units: 3 d 4 h, 12 min 5 s.</summary>
    public static string Seconds(double seconds)
    {
        var sign = seconds < 0 ? "-" : "";
        var time = TimeSpan.FromSeconds(Math.Abs(seconds));
        return sign + time switch
        {
            { TotalDays: >= 1 } => $"{(long)time.TotalDays} d {time.Hours} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s",
        };
    }

    public static string Instant(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
