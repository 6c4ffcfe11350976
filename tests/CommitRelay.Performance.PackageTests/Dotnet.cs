using System.Diagnostics;
using System.Text;

namespace CommitRelay.Performance.PackageTests;

/// <summary>Runs programs as a user would at a prompt: none of the settings that the surrounding test run has put into the environment.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(5);

    public static Task<string> RunAsync(string folder, params string[] arguments) => RunAsync("dotnet", folder, arguments);

    /// <summary>Runs a program to its end and returns what it printed; anything but exit code 0 throws, with all of that in the message.</summary>
    public static async Task<string> RunAsync(string program, string folder, string[] arguments)
    {
        using var process = Start(program, folder, arguments);
        var output = new StringBuilder();
        void Add(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }

        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var guard = new CancellationTokenSource(Guard);
        try
        {
            await process.WaitForExitAsync(guard.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Guard}:\n{output}");
        }

        return process.ExitCode == 0
            ? output.ToString()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
    }

    private static Process Start(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfTestRun).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // A build node that stays would keep our pipes open, and we would wait for its end.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static bool IsOfTestRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase);
}
