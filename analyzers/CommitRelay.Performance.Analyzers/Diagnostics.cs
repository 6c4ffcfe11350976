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

    // Warnings are certain: a hot region, the same file, one item. What lacks one of the three is an info or nothing.
    public static readonly DiagnosticDescriptor AppendPerItem = Rule("CRP0001", Performance, DiagnosticSeverity.Warning,
        "A file is opened, appended to and closed for each item",
        "'{0}' opens and closes the same file for each item of {1}; keep it open and append in batches");

    public static readonly DiagnosticDescriptor AppendHelper = Rule("CRP0002", Performance, DiagnosticSeverity.Info,
        "A helper reopens the same file at each call",
        "'{0}' reopens the same file at each call; a writer that stays open is cheaper");

    public static readonly DiagnosticDescriptor WholeFileJsonInWorker = Rule("CRP0010", Performance, DiagnosticSeverity.Warning,
        "A whole file is read only to be parsed as JSON, in worker code",
        "The whole file becomes a {0} only to be parsed as JSON; {1}");

    public static readonly DiagnosticDescriptor SameJsonEachTurn = Rule("CRP0011", Performance, DiagnosticSeverity.Warning,
        "The same JSON file is parsed again in each turn",
        "The same JSON file is read and parsed again in each turn of {0}; parse it once, or only when its time stamp changes");

    public static readonly DiagnosticDescriptor WholeFileJson = Rule("CRP0014", Performance, DiagnosticSeverity.Info,
        "A whole file is read only to be parsed as JSON",
        "The whole file becomes a {0} only to be parsed as JSON; {1}");

    private static DiagnosticDescriptor Rule(string id, string category, DiagnosticSeverity severity, string title, string message) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + id + ".md");
}
