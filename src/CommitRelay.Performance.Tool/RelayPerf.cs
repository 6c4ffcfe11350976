using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using CommitRelay.Performance.Tool.Commands;

namespace CommitRelay.Performance.Tool;

/// <summary>The tree of commands, and one run of it.</summary>
internal static class RelayPerf
{
    public static RootCommand Build(ToolHost host)
    {
        var root = new RootCommand("Looks at and cures a Commit Relay home: queue, events, workers, resources.\nExit code: 0 fine, 1 findings, 2 usage, 3 failed.");
        root.Options.Add(CommonOptions.Home);
        root.Options.Add(CommonOptions.Json);
        foreach (var command in CommandList.All(host))
            root.Subcommands.Add(command);
        if (root.Options.OfType<HelpOption>().Single() is { Action: HelpAction standard } help)
            help.Action = new HelpWithExample(standard);
        return root;
    }

    /// <summary>Runs one command. Its last bytes may find standard output full or closed, so flushing is part of the run.</summary>
    public static async Task<int> RunAsync(string[] args, ToolHost host)
    {
        try
        {
            var status = await InvokeAsync(Build(host).Parse(args), host).ConfigureAwait(false);
            host.Out.Flush();
            return status;
        }
        catch (OutputClosedException)
        {
            // Whoever read has enough.
            return ExitCodes.Fine;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine($"Standard output: {fault.Message}");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, ToolHost host)
    {
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExample)
        {
            foreach (var error in parsed.Errors)
                host.Error.WriteLine(error.Message);
            host.Error.WriteLine(string.Join(' ', ["Try: relay-perf", .. Path(parsed.CommandResult), "--help"]));
            return ExitCodes.Usage;
        }

        using var text = new StreamWriter(host.Out, leaveOpen: true);
        using var signals = new StopSignals();
        var configuration = new InvocationConfiguration { Output = text, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(configuration, signals.Token).ConfigureAwait(false);
    }

    private static IEnumerable<string> Path(CommandResult command)
        => command.Parent is CommandResult parent ? Path(parent).Append(command.Command.Name) : [];

    /// <summary>The usual help, and the command's example behind it.</summary>
    private sealed class HelpWithExample(HelpAction standard) : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override int Invoke(ParseResult parseResult)
        {
            var status = standard.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ToolCommand command)
                parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {command.Example}\n");
            return status;
        }
    }
}
