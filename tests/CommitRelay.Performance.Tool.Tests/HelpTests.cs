using System.CommandLine;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task EveryCommand_HasHelpWithAnExampleOfItself()
    {
        foreach (var (path, command) in CommandTree.Leaves())
        {
            var run = (await ToolRun.OfAsync([.. path.Split(' '), "--help"])).Fine();
            Assert.Contains($"relay-perf {path}", run.Out[run.Out.IndexOf("Example:", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(command.Description));
        }
    }

    [Fact]
    public void EveryExample_IsACommandLineThatIsUnderstood()
    {
        var host = CommandTree.Host();
        var root = RelayPerf.Build(host);
        foreach (var (path, command) in CommandTree.Leaves())
        {
            var example = command.Example[command.Example.IndexOf("relay-perf ", StringComparison.Ordinal)..]["relay-perf ".Length..];
            if (!example.Contains('\'', StringComparison.Ordinal))
                example = example.Split(" > ")[0];
            var parsed = root.Parse(example.Replace('\'', '"'));
            Assert.True(parsed.Errors.Count == 0, $"{path}: {string.Join(' ', parsed.Errors)}");
        }
    }

    [Fact]
    public void EveryOption_IsDescribed()
    {
        foreach (var (path, command) in CommandTree.Leaves())
        {
            Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{path} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{path} {argument.Name}"));
        }
    }
}

internal static class CommandTree
{
    public static ToolHost Host() => new() { Out = new MemoryStream(), Error = TextWriter.Null };

    /// <summary>All commands that do something, by their words.</summary>
    public static IReadOnlyList<(string Path, ToolCommand Command)> Leaves()
    {
        var host = Host();
        return [.. Leaves(RelayPerf.Build(host), "")];
    }

    private static IEnumerable<(string Path, ToolCommand Command)> Leaves(Command command, string path)
        => command.Subcommands.Count == 0 ? [(path, (ToolCommand)command)] : command.Subcommands.SelectMany(sub => Leaves(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"));
}
