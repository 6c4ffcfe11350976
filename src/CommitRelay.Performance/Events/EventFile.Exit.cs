using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Events;

/// <summary>
/// The ends of a process that .NET announces: writers nobody disposed give what they hold to the operating system, within a limit.
/// ProcessExit alone is not enough: since .NET 10 SIGTERM does not raise it, and an unhandled exception never has.
/// </summary>
internal sealed partial class EventFile
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2);
    private static readonly List<PosixSignalRegistration> Signals = [];

    private static void DrainAtExit()
    {
        if (Signals.Count > 0)
            return;
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => DrainAll();
        AppDomain.CurrentDomain.UnhandledException += static (_, _) => DrainAll();

        // Whether the process ends is for the host to say, so no signal is cancelled here; the writers stay usable.
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            Signals.Add(PosixSignalRegistration.Create(signal, static _ => DrainAll()));
    }

    private static void DrainAll()
    {
        EventFile[] files;
        lock (RegistryGate)
            files = [.. Unfinished];
        try
        {
            Task.WhenAll(files.Select(static file => file.DrainAsync())).Wait(ExitLimit);
        }
        catch (AggregateException)
        {
            // A file that cannot be written has said so in its log and its health; the process ends all the same.
        }
    }
}
