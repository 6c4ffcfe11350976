using System.Reflection;
using System.Xml.Linq;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.DocTests;

/// <summary>Whoever sets an option wants to know what it is when it is not set.</summary>
public sealed class OptionsTests
{
    private static readonly Assembly Library = typeof(QueueReader).Assembly;

    private static readonly Dictionary<string, string> Summaries = XDocument.Load(Path.ChangeExtension(Library.Location, ".xml")).Descendants("member")
        .ToDictionary(static m => m.Attribute("name")!.Value, static m => string.Concat(m.Nodes()), StringComparer.Ordinal);

    public static TheoryData<string> AllOptions =>
        [.. Library.GetExportedTypes().Where(static t => t.Name.EndsWith("Options", StringComparison.Ordinal)).Select(static t => t.FullName!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(AllOptions))]
    public void Properties_SayTheirDefault(string options)
    {
        var silent = Library.GetType(options)!.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static p => p.CanWrite && !SaysDefault(p)).Select(static p => p.Name);
        Assert.Empty(silent);
    }

    private static bool SaysDefault(PropertyInfo property) =>
        Summaries.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var summary)
        && (summary.Contains("default", StringComparison.OrdinalIgnoreCase) || summary.Contains("; null ", StringComparison.Ordinal) || summary.Contains("; empty ", StringComparison.Ordinal));
}
