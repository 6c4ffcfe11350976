using System.CommandLine;
using CommitRelay.Performance.Relay;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>logs</c>: lines about rate limits, and errors, in all files of the home.</summary>
internal static class LogCommands
{
    private const int FilesShown = 20;

    public static Command Create(ToolHost host)
    {
        var strict = new Option<bool>("--strict") { Description = "Only lines that tell of a call that was really refused; most lines that hold 429 are ids and settings." };
        var last = Last();
        var errorLast = Last();
        return new Command("logs", "Lines about rate limits and errors in all files of the home.")
        {
            new ToolCommand(host, "rate-limits", "Lines about rate limits (rate.*limit|429|too many), by file, and the last ones.", "relay-perf logs rate-limits --strict --last 20") { last, strict }
                .Does(run => Task.FromResult(Answer(run, run.Get(strict) ? LogScan.RefusedCalls(run.Home, Options(run, last), run.Stop) : LogScan.RateLimits(run.Home, Options(run, last), run.Stop)))),
            new ToolCommand(host, "errors", "Lines with error or timeout, by file, and the last ones.", "relay-perf logs errors --last 50") { errorLast }
                .Does(run => Task.FromResult(Answer(run, LogScan.Errors(run.Home, Options(run, errorLast), run.Stop)))),
        };
    }

    private static Option<int> Last() => CommonOptions.Count("--last", "How many of the last lines to show. Default 20.", 20);

    private static LogScanOptions Options(CommandRun run, Option<int> last) => new() { Last = run.Get(last) };

    private static int Answer(CommandRun run, LogScanResult found)
    {
        var answer = new LogScanAnswer(found.LogFiles, found.LinesTotal, found.ByFile, [.. found.Last.Select(static line => new LogLineAnswer(line.File, line.Line, line.Text))], found.Unreadable);
        run.Output.Answer(answer, AnswerJson.Default.LogScanAnswer, console => Print(console, answer));
        return ExitCodes.Fine;
    }

    private static void Print(IAnsiConsole console, LogScanAnswer answer)
    {
        console.Line($"{Format.Count(answer.LinesTotal)} lines in {Format.Count(answer.ByFile.Count)} files ({Format.Count(answer.LogFiles)} log files).");
        if (answer.ByFile.Count > 0)
        {
            var table = Terminal.Table("file", " lines");
            foreach (var (file, lines) in answer.ByFile.OrderByDescending(static pair => pair.Value).Take(FilesShown))
                table.Row(file, Format.Count(lines));
            console.Write(table);
            if (answer.ByFile.Count > FilesShown)
                console.Line($"… and {Format.Count(answer.ByFile.Count - FilesShown)} more files; --json names all.");
        }

        foreach (var line in answer.Last)
            console.Line($"{line.File}:{line.Line}: {line.Text}");
        foreach (var (file, reason) in answer.Unreadable)
            console.Line($"{file} could not be read: {reason}");
    }
}

internal sealed record LogScanAnswer(int LogFiles, long LinesTotal, IReadOnlyDictionary<string, long> ByFile, IReadOnlyList<LogLineAnswer> Last, IReadOnlyDictionary<string, string> Unreadable);

internal sealed record LogLineAnswer(string File, long Line, string Text);
