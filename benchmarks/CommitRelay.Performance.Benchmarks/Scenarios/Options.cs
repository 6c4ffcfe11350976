namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>Options of a scenario's command line.</summary>
internal static class Options
{
    /// <summary>The word behind a name; null when the name is not there.</summary>
    public static string? Of(string[] args, string name)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
