using System.CommandLine;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool;

/// <summary>A command with an example in its help, whose faults become messages and exit codes in one place.</summary>
internal sealed class ToolCommand : Command
{
    private readonly ToolHost _host;

    public ToolCommand(ToolHost host, string name, string description, string example)
        : base(name, description)
    {
        _host = host;
        Example = example;
    }

    public string Example { get; }

    /// <summary>Says what the command does; its number is the exit code.</summary>
    public ToolCommand Does(Func<CommandRun, Task<int>> work)
    {
        SetAction(async (parsed, stop) =>
        {
            var run = new CommandRun(_host, parsed, stop);
            using var progress = run.Progress;
            try
            {
                return await work(run).ConfigureAwait(false);
            }
            catch (UsageException fault)
            {
                run.Output.Say(fault.Message);
                return ExitCodes.Usage;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                run.Output.Say("Stopped.");
                return ExitCodes.Failed;
            }
            catch (Exception fault) when (fault is not OutputClosedException && IsExpected(fault))
            {
                run.Output.Fail(fault);
                return ExitCodes.Failed;
            }
        });
        return this;
    }

    /// <summary>Faults of files, systems and wishes, which a message explains; all else is a defect of this program and shows its trace.</summary>
    private static bool IsExpected(Exception fault) => fault is IOException or UnauthorizedAccessException or JsonFormatException or RepeatedIdException
        or KeyNotFoundException or InvalidDataException or EventWriterException or JsonException or PlatformNotSupportedException or System.ComponentModel.Win32Exception;
}
