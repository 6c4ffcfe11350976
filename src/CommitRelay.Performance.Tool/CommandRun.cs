using System.CommandLine;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool;

/// <summary>One run of one command: what was asked, and where the answer goes.</summary>
internal sealed class CommandRun
{
    private readonly ParseResult _parsed;
    private RelayHome? _home;

    public CommandRun(ToolHost host, ParseResult parsed, CancellationToken stop)
    {
        Host = host;
        Stop = stop;
        _parsed = parsed;
        Progress = new Progress(host, parsed.CommandResult.Command.Name);
        Output = new Output(host, parsed.GetValue(CommonOptions.Json), Progress);
    }

    public ToolHost Host { get; }

    /// <summary>Ctrl+C or SIGTERM.</summary>
    public CancellationToken Stop { get; }

    public Output Output { get; }

    /// <summary>What is shown while nothing has been answered yet.</summary>
    public Progress Progress { get; }

    public TimeProvider Time => Host.Time;

    /// <exception cref="DirectoryNotFoundException">There is no such folder: a misspelt home is none that is empty.</exception>
    public RelayHome Home => _home ??= Existing(RelayHome.Locate(_parsed.GetValue(CommonOptions.Home) ?? Host.DefaultHome));

    /// <summary>The command's words.</summary>
    public string CommandName => string.Join(' ', Words(_parsed.CommandResult));

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => _parsed.GetValue(argument);

    /// <summary>What becomes of what the command changes.</summary>
    public Keeping Keeping(Option<bool> dryRun, Option<bool> noUndo) => Get(dryRun) ? Undo.Keeping.DryRun : Get(noUndo) ? Undo.Keeping.Nothing : Undo.Keeping.Old;

    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    /// <summary>Asks again and again, an interval apart, until stopped or often enough (0: without end).</summary>
    public async Task RepeatAsync(TimeSpan interval, int times, Func<Task> look)
    {
        if (interval <= TimeSpan.Zero && times != 1)
            throw new UsageException("The time between two looks must be longer than 0.");
        try
        {
            for (var done = 1; ; done++)
            {
                await look().ConfigureAwait(false);
                Host.Out.Flush();
                if (done == times)
                    return;
                await Task.Delay(Quantities.Wait(interval), Time, Stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            // Being stopped is how such a command ends.
        }
    }

    private static IEnumerable<string> Words(System.CommandLine.Parsing.CommandResult command)
        => command.Parent is System.CommandLine.Parsing.CommandResult parent ? Words(parent).Append(command.Command.Name) : [];

    private static RelayHome Existing(RelayHome home)
        => Directory.Exists(home.Root) ? home : throw new DirectoryNotFoundException($"{home.Root}: there is no such folder.");
}
