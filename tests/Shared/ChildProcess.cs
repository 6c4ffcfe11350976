using System.Diagnostics;

namespace CommitRelay.Performance.TestHelpers;

/// <summary>Starts the child program of the tests (verbs in CommitRelay.Performance.Child), to race against it or kill it.</summary>
public static class ChildProcess
{
    public static Process Start(params string[] arguments)
    {
        var child = Path.Combine(AppContext.BaseDirectory, "CommitRelay.Performance.Child.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(child);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
    }
}
