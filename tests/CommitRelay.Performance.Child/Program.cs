namespace CommitRelay.Performance.Child;

/// <summary>
/// The process that tests start, kill and race against. Its first argument names a verb; each capability keeps its verbs in a file of its own.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<string[], Task<int>>> Verbs = new(StringComparer.Ordinal)
    {
        ["echo"] = static args =>
        {
            Console.WriteLine(string.Join(' ', args));
            return Task.FromResult(0);
        },
        ["fuzz-queues"] = QueueFuzz.RunAsync,
        ["events-write"] = EventVerbs.WriteAsync,
        ["work"] = ClaimVerbs.WorkAsync,
        ["edit"] = ClaimVerbs.EditAsync,
        ["claim"] = ClaimVerbs.ClaimAsync,
        ["pace"] = RateLimitVerbs.PaceAsync,
        ["loop"] = WorkerVerbs.LoopAsync,
        ["undo"] = ClaimVerbs.UndoAsync,
        ["steps"] = static args =>
        {
            ClaimVerbs.ShowSteps();
            return Main(args);
        },
        ["die-in"] = static args =>
        {
            ClaimVerbs.DieIn(args[0], int.Parse(args[1]));
            return Main(args[2..]);
        },
    };

    private static Task<int> Main(string[] args)
    {
        if (args.Length > 0 && Verbs.TryGetValue(args[0], out var verb))
            return verb(args[1..]);
        Console.Error.WriteLine($"Usage: child VERB [ARG ...], VERB one of: {string.Join(", ", Verbs.Keys)}");
        return Task.FromResult(2);
    }
}
