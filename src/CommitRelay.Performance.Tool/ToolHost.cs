namespace CommitRelay.Performance.Tool;

/// <summary>What surrounds the program: streams, clock, terminal. Tests bring their own.</summary>
internal sealed class ToolHost
{
    /// <summary>Standard input; fails when there is none.</summary>
    public Func<Stream> OpenInput { get; init; } = static () => Stream.Null;

    public required Stream Out { get; init; }

    public required TextWriter Error { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Width of the terminal that <see cref="Out"/> is; null when it is none.</summary>
    public int? TerminalWidth { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal, where progress can be shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Where a home is looked for when none is named; null for the environment and the working directory.</summary>
    public string? DefaultHome { get; init; }

    public static ToolHost OfProcess()
    {
        var hasInput = StandardDescriptors.IsInherited(StandardDescriptors.In);
        return new()
        {
            OpenInput = () => hasInput ? Console.OpenStandardInput() : throw new IOException("Standard input is closed."),
            Out = new BufferedStream(new StandardOutput(), 64 * 1024),
            Error = StandardDescriptors.IsInherited(StandardDescriptors.Error) ? new StandardError(Console.Error) : TextWriter.Null,
            TerminalWidth = Console.IsOutputRedirected ? null : Math.Max(40, Console.WindowWidth),
            ErrorIsTerminal = !Console.IsErrorRedirected,
        };
    }
}
