using Microsoft.CodeAnalysis;

namespace CommitRelay.Performance.Analyzers;

/// <summary>All rules in one place. An id has one severity and one meaning for ever; a milder case has an id of its own.</summary>
internal static class Diagnostics
{
    /// <summary>Where the pages of the rules are; a page is named after its id.</summary>
    public const string HelpLinkBase = "https://github.com/commit-relay/CommitRelay.Performance/blob/main/docs/rules/";

    /// <summary>Handed from an analyzer to its fix: the key of a property that says that a fix would change behaviour.</summary>
    public const string NoFix = nameof(NoFix);

    private const string Performance = "Performance";
    private const string Reliability = "Reliability";

    // Warnings are certain: a hot region, the same file, one item. What lacks one of the three is an info or nothing.
    public static readonly DiagnosticDescriptor AppendPerItem = Rule("CRP0001", Performance, DiagnosticSeverity.Warning,
        "A file is opened, appended to and closed for each item",
        "'{0}' opens and closes the same file for each item of {1}; keep it open and append in batches");

    public static readonly DiagnosticDescriptor AppendHelper = Rule("CRP0002", Performance, DiagnosticSeverity.Info,
        "A helper reopens the same file at each call",
        "'{0}' reopens the same file at each call; a writer that stays open is cheaper");

    public static readonly DiagnosticDescriptor FlushPerItem = Rule("CRP0003", Performance, DiagnosticSeverity.Info,
        "A writer on a file is flushed for each item",
        "'{0}' writes to the file for each item; flush once for a batch, or after a time");

    public static readonly DiagnosticDescriptor FlushInHotRegion = Rule("CRP0004", Performance, DiagnosticSeverity.Warning,
        "A writer on a file is flushed for each item of a hot region",
        "'{0}' writes to the file for each item of a loop that runs hot; flush once for what is waiting, or after a time");

    // The severity of 0010 says where the code runs, so it is an id of its own; elsewhere the same finding is 0014.
    public static readonly DiagnosticDescriptor WholeFileJsonInWorker = Rule("CRP0010", Performance, DiagnosticSeverity.Warning,
        "A whole file is read only to be parsed as JSON, in worker code",
        "The whole file becomes a {0} only to be parsed as JSON; {1}");

    public static readonly DiagnosticDescriptor SameJsonEachTurn = Rule("CRP0011", Performance, DiagnosticSeverity.Warning,
        "The same JSON file is parsed again in each turn",
        "The same JSON file is read and parsed again in each turn of {0}; parse it once, or only when its time stamp changes");

    public static readonly DiagnosticDescriptor JsonLinesReadWhole = Rule("CRP0012", Performance, DiagnosticSeverity.Info,
        "A JSON Lines file is read whole, then parsed line by line",
        "All lines are in memory before the first is parsed; read them one by one with 'File.{0}'");

    public static readonly DiagnosticDescriptor WholeFileJson = Rule("CRP0014", Performance, DiagnosticSeverity.Info,
        "A whole file is read only to be parsed as JSON",
        "The whole file becomes a {0} only to be parsed as JSON; {1}");

    public static readonly DiagnosticDescriptor UnguardedChange = Rule("CRP0020", Reliability, DiagnosticSeverity.Info,
        "A state file is read, changed and written back without lock or atomic replace",
        "The file is read, changed and written in place: a crash leaves half a file, and two at once lose a change; write a temporary file and move it, under a lock");

    public static readonly DiagnosticDescriptor OverwrittenInPlace = Rule("CRP0021", Reliability, DiagnosticSeverity.Info,
        "A state file is overwritten in place",
        "A crash while writing leaves half a file; write a temporary file and move it over");

    public static readonly DiagnosticDescriptor UnguardedChangeInHotRegion = Rule("CRP0022", Reliability, DiagnosticSeverity.Warning,
        "A state file is read, changed and written back for each item of a hot region, without lock or atomic replace",
        "For each item of {0} the file is read, changed and written in place: a crash leaves half a file, and two at once lose a change; write a temporary file and move it, under a lock");

    public static readonly DiagnosticDescriptor IgnoredRetryAfter = Rule("CRP0030", Reliability, DiagnosticSeverity.Warning,
        "A hand-written retry ignores Retry-After",
        "The wait after '{0}' does not look at Retry-After: it comes back too early or too late; wait as long as the server asks");

    public static readonly DiagnosticDescriptor HttpClientPerItem = Rule("CRP0032", Performance, DiagnosticSeverity.Warning,
        "An HttpClient is made for each item",
        "A new HttpClient for each item of {0} opens new connections; share one client");

    public static readonly DiagnosticDescriptor BackoffIgnoresRetryAfter = Rule("CRP0033", Reliability, DiagnosticSeverity.Info,
        "A backoff or message handler ignores Retry-After",
        "The wait after '{0}' does not look at Retry-After; wait at least as long as the server asks");

    public static readonly DiagnosticDescriptor Misuse = Rule("CRP0040", Reliability, DiagnosticSeverity.Warning,
        "This library is used against its contract",
        "{0}");

    private static DiagnosticDescriptor Rule(string id, string category, DiagnosticSeverity severity, string title, string message) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + id + ".md");
}
