using System.Diagnostics;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>The program as a process of its own: standard streams that are closed or full, another time zone.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TempFolder _home = new();

    public ProcessTests() => _home.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","created_at":"2025-01-01T00:00:00Z","started_at":"2025-01-01T05:30:09+05:30"}]}""");

    public void Dispose() => _home.Dispose();

    [UnixFact]
    public async Task StandardInput_ThatIsClosed_IsAFailureOfWhatReadsItAndOfNothingElse()
    {
        Assert.Equal((3, "", "Standard input is closed.\n"), await RunAsync("queue stats - <&-"));
        Assert.Equal((3, "", "Standard input is closed.\n"), await RunAsync("events append new.jsonl <&-"));
        var (exitCode, output, _) = await RunAsync("queue stats <&-");
        Assert.Equal(0, exitCode);
        Assert.Contains("1 tasks", output, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task StandardError_ThatIsClosedOrFull_ChangesNoExitCode()
    {
        foreach (var where in (string[])["2>&-", "2>/dev/full"])
        {
            Assert.Equal(3, (await RunAsync($"queue stats nowhere.json {where}")).ExitCode);
            Assert.Equal(2, (await RunAsync($"no such command {where}")).ExitCode);
        }
    }

    [UnixFact]
    public async Task StandardOutput_ThatIsClosed_IsAFailureAndNoFileIsWrittenInItsPlace()
    {
        var before = File.ReadAllText(_home["coordination", "task-queue.json"]);
        Assert.Equal(3, (await RunAsync("queue stats >&-")).ExitCode);
        Assert.Equal(3, (await RunAsync("queue add --description x --dry-run <&- >&- 2>&-")).ExitCode);
        Assert.Equal(before, File.ReadAllText(_home["coordination", "task-queue.json"]));
    }

    [UnixFact]
    public async Task Answers_AreTheSameInEveryTimeZone()
    {
        var utc = await RunAsync("task a --home .", "UTC");
        Assert.Contains("2025-01-01T00:00:09Z", utc.Output, StringComparison.Ordinal);
        Assert.Equal(utc, await RunAsync("task a --home .", "Asia/Kolkata"));
    }

    [UnixTheory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task Signal_InTheMiddleOfAChange_EndsItWithItsFilesWholeAndNothingLeftBehind(string signal)
    {
        var queue = _home["coordination", "task-queue.json"];
        var before = File.ReadAllText(queue);
        using var held = Files.FileLock.TryAcquire(queue);

        // A test run in the background may have SIGINT ignored, and its children with it.
        using var process = Start("queue set a b=c --home .", by: OperatingSystem.IsLinux() ? "env --default-signal" : "");
        var undo = _home["coordination", UndoFolder.Name];
        await Until.True(() => File.Exists(Path.Combine(undo, "1", "change.jsonl")));
        using (var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        Assert.Equal("Stopped.\n", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(3, process.ExitCode);
        Assert.Equal(before, File.ReadAllText(queue));
        Assert.Empty(Directory.GetDirectories(undo));
    }

    [OtherUserFact]
    public async Task Undo_TakesBackAUsersOwnChange_OfAnotherUsersFile_AndNobodyElses()
    {
        const string all = "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n";
        var events = _home.Write("coordination/dashboard-events.jsonl", all);
        foreach (var open in (string[])[_home.Path, _home["coordination"], events])
            File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);
        Assert.Equal(0, (await RunAsync("events trim coordination/dashboard-events.jsonl --keep 2 --home .")).ExitCode);
        var trimmed = File.ReadAllText(events);
        Assert.Equal(1, (await RunAsync("undo --home .", by: OtherUserFactAttribute.Program)).ExitCode);
        Assert.Equal(trimmed, File.ReadAllText(events));

        // The lock file is root's, and only root may write in it.
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(events + ".lock"));
        Assert.Equal((0, ""), await TellAsync("events trim coordination/dashboard-events.jsonl --keep 1 --home ."));
        Assert.Equal("{\"n\":3}\n", File.ReadAllText(events));
        Assert.Equal((0, ""), await TellAsync("undo --home ."));
        Assert.Equal(trimmed, File.ReadAllText(events));

        async Task<(int, string)> TellAsync(string commandLine)
        {
            var (exitCode, _, error) = await RunAsync(commandLine, by: OtherUserFactAttribute.Program);
            return (exitCode, error);
        }
    }

    /// <summary>Runs the program by the shell, in the home.</summary>
    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string commandLine, string zone = "UTC", string by = "")
    {
        using var process = Start(commandLine, zone, by);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }

    private Process Start(string commandLine, string zone = "UTC", string by = "")
    {
        var host = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {by} '{host}' '{Path.Combine(AppContext.BaseDirectory, "relay-perf.dll")}' {commandLine}"])
        {
            WorkingDirectory = _home.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = zone },
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
