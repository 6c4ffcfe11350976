using System.CommandLine;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool;

/// <summary>One run of one command: what was asked, and where the answer goes.</summary>
internal sealed class CommandRun
{
    private readonly ParseResult _parsed;

    public CommandRun(ToolHost host, ParseResult parsed, CancellationToken stop)
    {
        Host = host;
        Stop = stop;
        _parsed = parsed;
        Output = new Output(host, parsed.GetValue(CommonOptions.Json));
    }

    public ToolHost Host { get; }

    /// <summary>Ctrl+C or SIGTERM.</summary>
    public CancellationToken Stop { get; }

    public Output Output { get; }

    public TimeProvider Time => Host.Time;

    public RelayHome Home => RelayHome.Locate(_parsed.GetValue(CommonOptions.Home) ?? Host.DefaultHome);

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => _parsed.GetValue(argument);

    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    /// <summary>Asks again and again, an interval apart, until stopped or often enough (0: without end).</summary>
    public async Task RepeatAsync(TimeSpan interval, int times, Func<Task> look)
    {
        try
        {
            for (var done = 1; ; done++)
            {
                await look().ConfigureAwait(false);
                Host.Out.Flush();
                if (done == times)
                    return;
                await Task.Delay(interval, Time, Stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            // Being stopped is how such a command ends.
        }
    }
}
