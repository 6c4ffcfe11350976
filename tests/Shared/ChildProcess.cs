using System.Diagnostics;

namespace CommitRelay.Performance.TestHelpers;

/// <summary>Starts the child program of the tests (verbs in CommitRelay.Performance.Child), to race against it or kill it.</summary>
public static class ChildProcess
{
    public static Process Start(params string[] arguments) => StartUnder([], arguments);

    /// <summary>Starts the child by another program with arguments of its own, such as a tracer.</summary>
    public static Process StartUnder(string[] program, string[] arguments)
    {
        var child = Path.Combine(AppContext.BaseDirectory, "CommitRelay.Performance.Child.dll");
        var host = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        string[] command = [.. program, host, child, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
    }
}
