using System.CommandLine;

namespace CommitRelay.Performance.Tool;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Home { get; } = new("--home") { Description = "The Commit Relay home. Default: COMMIT_RELAY_HOME, else the working directory.", HelpName = "DIR", Recursive = true };

    public static Option<bool> Json { get; } = new("--json") { Description = "One JSON object on standard output, and nothing else there.", Recursive = true };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "Say what would be done, and do nothing." };

    public static Option<bool> NoUndo() => new("--no-undo") { Description = "Keep nothing for undo, and free what the last change has kept." };

    /// <summary>The queue file; the home's own where none is named.</summary>
    public static Argument<string?> QueueFile() => OptionalFile("The queue file; - is standard input. Default: the home's task-queue.json.");

    /// <summary>The queue file of a command that changes it.</summary>
    public static Argument<string?> EditedQueueFile() => OptionalFile("The queue file. Default: the home's task-queue.json.");

    /// <summary>The event file; the home's own where none is named.</summary>
    public static Argument<string?> EventFile() => OptionalFile("The event file; - is standard input. Default: the home's dashboard-events.jsonl.");

    public static Argument<string> File(string description) => Checked(new Argument<string>("FILE") { Description = description });

    public static Option<int> Top(int standard, string what) => Count("--top", $"How many {what}. Default {standard}.", standard);

    /// <summary>A number that is 0 or more; required where there is no standard.</summary>
    public static Option<int> Count(string name, string description, int? standard = null)
    {
        var option = NotNegative(new Option<int>(name) { Description = description, HelpName = "N", Required = standard is null });
        if (standard is { } known)
            option.DefaultValueFactory = _ => known;
        return option;
    }

    public static Option<int?> OptionalCount(string name, string description) => NotNegative(new Option<int?>(name) { Description = description, HelpName = "N" });

    public static Option<TimeSpan> Duration(string name, string description, string standard)
        => new(name) { Description = $"{description} Default {standard}.", HelpName = "TIME", CustomParser = Quantities.ParseDuration, DefaultValueFactory = _ => Quantities.Duration(standard)!.Value };

    public static Option<TimeSpan> Duration(string name, string description)
        => new(name) { Description = description, HelpName = "TIME", CustomParser = Quantities.ParseDuration, Required = true };

    public static Option<long> Size(string name, string description, string? standard = null)
    {
        var option = new Option<long>(name) { Description = standard is null ? description : $"{description} Default {standard}.", HelpName = "SIZE", CustomParser = Quantities.ParseSize };
        if (standard is null)
            option.Required = true;
        else
            option.DefaultValueFactory = _ => Quantities.Size(standard)!.Value;
        return option;
    }

    private static Option<T> NotNegative<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.StartsWith('-'))
                result.AddError($"{option.Name} must be 0 or more.");
        });
        return option;
    }

    private static Argument<string?> OptionalFile(string description) => Checked(new Argument<string?>("FILE") { Description = description, Arity = ArgumentArity.ZeroOrOne });

    /// <summary>A misspelt option is no file name.</summary>
    private static Argument<T> Checked<T>(Argument<T> argument)
    {
        argument.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.StartsWith("--", StringComparison.Ordinal))
                    result.AddError($"There is no option {token.Value}.");
            }
        });
        return argument;
    }
}
