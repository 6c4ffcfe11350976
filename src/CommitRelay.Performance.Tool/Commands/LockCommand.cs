using System.CommandLine;
using System.Diagnostics;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>lock</c>: runs a command while holding a file's lock.</summary>
internal static class LockCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The file to protect; the lock is FILE.lock beside it.");
        var command = new Argument<string[]>("COMMAND") { Description = "What to run, behind --: a program and its arguments, or one text for the shell.", Arity = ArgumentArity.OneOrMore };
        var wait = new Option<TimeSpan?>("--wait") { Description = "Give up when the lock is not free within this time. Default: wait without end.", HelpName = "TIME", CustomParser = result => Quantities.ParseDuration(result) };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "lock", "Runs a command under the lock that the library, its tools and flock(1) share. The exit code is the command's own.", "relay-perf lock task-queue.json -- 'jq . task-queue.json > t && mv t task-queue.json'") { file, command, wait, dryRun }
            .Does(async run =>
            {
                var words = run.Get(command)!;
                if (run.Get(dryRun))
                {
                    run.Output.Say($"Would take {run.Get(file)}.lock and run: {string.Join(' ', words)}");
                    return ExitCodes.Fine;
                }

                using var held = await AcquireAsync(run, run.Get(file)!, run.Get(wait)).ConfigureAwait(false);
                run.Progress.End();
                using var process = Process.Start(StartOf(words)) ?? throw new IOException($"{words[0]} did not start.");
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                return process.ExitCode;
            });
    }

    private static async Task<FileLock> AcquireAsync(CommandRun run, string file, TimeSpan? wait)
    {
        using var timeout = new CancellationTokenSource(wait is { } time ? Quantities.Wait(time) : Timeout.InfiniteTimeSpan, run.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(run.Stop, timeout.Token);
        try
        {
            return await FileLock.AcquireAsync(file, run.Time, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new IOException($"{file}.lock was not free within {Format.Seconds(wait!.Value.TotalSeconds)}.");
        }
    }

    private static ProcessStartInfo StartOf(string[] words)
    {
        if (words.Length == 1)
            return OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", words[0]]) : new ProcessStartInfo("/bin/sh", ["-c", words[0]]);
        return new ProcessStartInfo(words[0], words[1..]);
    }
}
