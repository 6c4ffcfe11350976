using System.Text;
using System.Text.RegularExpressions;

namespace CommitRelay.Performance.Relay;

/// <summary>A line that a scan found.</summary>
/// <param name="File">The file, relative to the home.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">The line without its end, cut after 4,096 bytes.</param>
public readonly record struct LogLine(string File, long Line, string Text);

/// <summary>What a scan found.</summary>
/// <param name="LogFiles">How many files with <c>.log</c> in their name it read.</param>
/// <param name="LinesTotal">Lines found in all files.</param>
/// <param name="ByFile">Lines found by file, relative to the home; only files with any.</param>
/// <param name="Last">The last lines found: of the files last written to, in their order.</param>
/// <param name="Unreadable">Files that could not be read, and why.</param>
public sealed record LogScanResult(
    int LogFiles,
    long LinesTotal,
    IReadOnlyDictionary<string, long> ByFile,
    IReadOnlyList<LogLine> Last,
    IReadOnlyDictionary<string, string> Unreadable);

/// <summary>How a scan goes about it.</summary>
public sealed record LogScanOptions
{
    /// <summary>How many of the last lines found are kept. Default 20; 0 or more.</summary>
    public int Last { get; init; } = 20;

    /// <summary>Whether <c>.gz</c> files are read too. Default false, as grep would.</summary>
    public bool Compressed { get; init; }

    /// <summary>Whether lines are also counted by file. Default true; without it memory does not grow with the number of files.</summary>
    public bool ByFile { get; init; } = true;
}

/// <summary>Looks through all files of a home for lines of one kind, in constant memory, without following links.</summary>
public static partial class LogScan
{
    private const int LongestLookedAt = 64 * 1024;

    /// <summary>Lines about rate limits, by the runbook's pattern: <c>rate.*limit|429|too many</c> in any case. Mostly numbers that hold 429, settings and prose.</summary>
    /// <param name="home">The home.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such home.</exception>
    public static LogScanResult RateLimits(RelayHome home, LogScanOptions? options = null, CancellationToken cancellationToken = default)
        => Scan(home, LineSearch.RateLimits, false, options, cancellationToken);

    /// <summary>
    /// Lines that tell of a call really refused. In logs: the number 429 by itself beside a word such as status, HTTP or error;
    /// "too many requests"; a rate limit that was exceeded, reached or hit. In <c>.jsonl</c>: a status or code of 429, a type or code that says so,
    /// a message with one of these words. Of a line its first 64 KiB are looked at. Documents (<c>.json</c>) are not looked at: they hold settings and prose.
    /// </summary>
    /// <param name="home">The home.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such home.</exception>
    public static LogScanResult RefusedCalls(RelayHome home, LogScanOptions? options = null, CancellationToken cancellationToken = default)
        => Scan(home, LineSearch.RateLimits, true, options, cancellationToken);

    /// <summary>Lines with "error" or "timeout" in any case.</summary>
    /// <param name="home">The home.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such home.</exception>
    public static LogScanResult Errors(RelayHome home, LogScanOptions? options = null, CancellationToken cancellationToken = default)
        => Scan(home, LineSearch.Errors, false, options, cancellationToken);

    /// <summary>Whether a line of a log tells of a refused call.</summary>
    internal static bool IsRefusal(ReadOnlySpan<byte> line) => Refusal().IsMatch(Start(line));

    /// <summary>Whether a record of a stream does.</summary>
    internal static bool IsRefusalRecord(ReadOnlySpan<byte> line) => RefusalRecord().IsMatch(Start(line));

    /// <summary>What is looked at of a line: whoever writes a log must not be able to hold up the scan by a line of megabytes.</summary>
    private static string Start(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line[..Math.Min(line.Length, LongestLookedAt)]);

    private static LogScanResult Scan(RelayHome home, LineSearch search, bool onlyRefusals, LogScanOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(home);
        options ??= new LogScanOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Last);
        if (!Directory.Exists(home.Root))
            throw new DirectoryNotFoundException($"{home.Root}: there is no such folder.");
        using var scan = new LineScan(search, options.Last);
        var tally = new LogTally(home, options, scan);
        var unlisted = FileVisitor.Visit(
            home.Root,
            name => Takes(Encoding.UTF8.GetString(name), onlyRefusals, options.Compressed),
            (path, written) => tally.Read(path, written, onlyRefusals ? CheckFor(Path.GetFileName(path)) : null, cancellationToken),
            cancellationToken);
        return tally.ToResult(unlisted);
    }

    private static bool Takes(string name, bool onlyLogs, bool compressed)
        => (compressed || !name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) && (!onlyLogs || IsLog(name));

    private static LineCheck CheckFor(string name) => name.Contains(".jsonl", StringComparison.OrdinalIgnoreCase) ? IsRefusalRecord : IsRefusal;

    private static bool IsLog(string name)
        => name.Contains(".log", StringComparison.OrdinalIgnoreCase) || name.Contains(".jsonl", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".out", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".err", StringComparison.OrdinalIgnoreCase);

    // Repetitions that overlap have bounds: without them a line that repeats "status code" or "http:" takes time by the square of its length.
    // 429 as a number of its own beside its word: not in a longer number, an id, a fraction, a date or a clock, and no amount of anything.
    [GeneratedRegex("""
        (?<![\w.:\-])429[\s:,("'\-]{0,3}(too\s+many|status|error|response|refused|rate)
        |\b(status|http\S{0,40}|error|code|response|refused)(\s+(code|status|was|is|of|with|got|returned)){0,8}[\s:="'(\[]*(?<![\w.\-])429(?!\w|[.:\-]\d|\s*(ms|s|sec|seconds|m|min|minutes|h|items|tasks|files|lines|events|bytes|kb|mb|times)\b)
        |too\s+many\s+requests
        |rate[_\s\-]?limit(_error|ed\b|\w{0,40}\s+(was\s+|has\s+been\s+)?(exceeded|reached|hit)\b|_exceeded"?\s*$)
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Refusal();

    [GeneratedRegex("""
        "(status|status_?code|http_?status|http_?code|error_?code|code)"\s*:\s*"?429\b
        |"(type|error|error_?type|error_?code|code|reason)"\s*:\s*"(rate_limit_error|rate_limit_exceeded|rate_limited|too[_\s]many[_\s]requests)"
        |"(message|msg|error|detail|reason)"\s*:\s*"[^"]*(\bhttp\S{0,40}\s+429\b|\bstatus\s*(code)?[\s:=]*429\b|too\s+many\s+requests)
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RefusalRecord();
}
