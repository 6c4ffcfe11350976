using System.CommandLine;
using CommitRelay.Samples.Worker;

var home = new Option<DirectoryInfo?>("--home") { Description = "The Commit Relay home to work on. Default: a scratch copy of the home that ships with this sample." };
var statuses = new Option<string[]>("--status") { Description = "The statuses of open tasks.", DefaultValueFactory = _ => ["queued", "pending", "assigned"], AllowMultipleArgumentsPerToken = true };
var json = new Option<bool>("--json") { Description = "Print the summary as JSON; progress goes to standard error." };
var concurrency = new Option<int>("--concurrency") { Description = "The most tasks at once, where the settings of the home name no ceiling of their own.", DefaultValueFactory = _ => 16 };
var rate = new Option<double>("--rate") { Description = "Requests a second that the demo API grants.", DefaultValueFactory = _ => 150 };
var stay = new Option<bool>("--stay") { Description = "Wait for new tasks instead of ending when the queue is empty." };
var command = new RootCommand("Streams the open tasks of a queue file by priority, claims them, calls an API that rate-limits, writes events in batches and completes the tasks.\nExit code: 0 all done, 1 some left, 2 usage, 3 failed.")
{
    home, statuses, json, concurrency, rate, stay,
};
command.SetAction((result, _) =>
{
    var settings = new WorkerSettings(
        result.GetValue(home)?.FullName,
        result.GetValue(statuses)!,
        result.GetValue(json),
        result.GetValue(concurrency),
        result.GetValue(rate),
        result.GetValue(stay));
    if (settings.Fault is not { } fault)
        return WorkerProgram.RunAsync(settings);
    Console.Error.WriteLine(fault);
    return Task.FromResult(ExitCodes.Usage);
});

var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine(error.Message);
    return ExitCodes.Usage;
}

// The host handles Ctrl+C and SIGTERM: it stops claiming, lets running tasks end, and flushes.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
