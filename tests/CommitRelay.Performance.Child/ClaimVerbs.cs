using System.Text.Json.Serialization;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Child;

/// <summary>Workers that claim tasks of a queue file, for tests that race, kill and replace.</summary>
internal static class ClaimVerbs
{
    /// <summary>
    /// <c>work QUEUE JOURNAL LEASE-MS BATCH</c>: claims and completes until <c>QUEUE.stop</c> exists and nothing is left.
    /// The journal gets <c>claim ID FENCE</c> before the work and <c>done ID FENCE</c> once completion was acknowledged.
    /// </summary>
    public static async Task<int> WorkAsync(string[] args)
    {
        var (path, lease, batch) = (args[0], TimeSpan.FromMilliseconds(int.Parse(args[2])), int.Parse(args[3]));
        using var journal = new StreamWriter(new FileStream(args[1], FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        await using var queue = new QueueClaims<ChildTask>(path, ChildJson.Default.ChildTask, new QueueClaimsOptions
        {
            Lease = lease,
            MaxAttempts = int.MaxValue,
            MirrorInterval = TimeSpan.FromMilliseconds(20),
            PollInterval = TimeSpan.FromMilliseconds(50),
            Queue = new QueueReaderOptions { OnMalformed = fault => Console.Error.WriteLine(fault.Message) },
        });
        Console.WriteLine("ready");
        while (true)
        {
            var isLast = File.Exists(path + ".stop");
            var claims = await queue.ClaimAsync(batch, isLast ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100));
            if (claims.Count == 0 && isLast && (await queue.CountAsync()).Unfinished == 0)
                return 0;
            foreach (var claim in claims)
                await journal.WriteLineAsync($"claim {claim.Id} {claim.Fence}");
            await CompleteAsync(queue, claims, journal);
        }
    }

    /// <summary><c>die-in STEP N VERB …</c>: kills this process at the n-th pass of a step of the verb behind it.</summary>
    public static void DieIn(string step, int pass)
    {
        FaultPoint.Reached = reached =>
        {
            if (reached == step && Interlocked.Decrement(ref pass) == 0)
                System.Diagnostics.Process.GetCurrentProcess().Kill();
        };
    }

    /// <summary><c>steps VERB …</c>: tells each step of the verb behind it on standard error; whoever traces system calls sees it too, as a look at a file <c>/step/NAME</c>.</summary>
    public static void ShowSteps() => FaultPoint.Reached = reached =>
    {
        _ = File.Exists($"/step/{reached}");
        Console.Error.WriteLine(reached);
    };

    /// <summary><c>undo FILE</c>: puts back what an edit has kept.</summary>
    public static async Task<int> UndoAsync(string[] args) => await KeptFile.Find(args[0])!.PutBackAsync() ? 0 : 1;

    /// <summary><c>edit FILE TEXT [STRANGER]</c>: appends a text to a file; with a stranger, that file takes its place meanwhile; with <c>keep</c> what it replaced is kept.</summary>
    public static async Task<int> EditAsync(string[] args)
    {
        await AtomicFile.EditAsync(args[0], async (from, to, token) =>
        {
            await from.CopyToAsync(to, token);
            await to.WriteAsync(System.Text.Encoding.UTF8.GetBytes(args[1]), token);
            if (args.Length > 2 && File.Exists(args[2]))
                File.Move(args[2], args[0], overwrite: true);
            return true;
        }, keepReplaced: args is [_, _, "keep"]);
        return 0;
    }

    /// <summary><c>claim QUEUE RENEWALS</c>: claims and completes ten tasks one by one, then all others at once, renewing them as often as told. Prints what was acknowledged.</summary>
    public static async Task<int> ClaimAsync(string[] args)
    {
        await using var queue = new QueueClaims<ChildTask>(args[0], ChildJson.Default.ChildTask, new QueueClaimsOptions());
        for (var i = 0; i < 10; i++)
            await CompleteAsync(queue, await queue.ClaimAsync(1, TimeSpan.Zero));
        var others = await queue.ClaimAsync(int.MaxValue, TimeSpan.Zero);
        for (var i = 0; i < int.Parse(args[1]); i++)
            await queue.RenewAsync(others);
        await CompleteAsync(queue, others);
        return 0;
    }

    private static async Task CompleteAsync(QueueClaims<ChildTask> queue, IReadOnlyList<TaskClaim<ChildTask>> claims)
    {
        await queue.CompleteAsync(claims);
        foreach (var claim in claims)
            Console.WriteLine(claim.Id);
    }

    private static async Task CompleteAsync(QueueClaims<ChildTask> queue, IReadOnlyList<TaskClaim<ChildTask>> claims, StreamWriter journal)
    {
        var lost = new HashSet<TaskIdentity>();
        try
        {
            await queue.CompleteAsync(claims);
        }
        catch (ClaimLostException e)
        {
            lost.UnionWith(e.Lost);
        }

        foreach (var claim in claims)
        {
            if (!lost.Contains(claim.Identity))
                await journal.WriteLineAsync($"done {claim.Id} {claim.Fence}");
        }
    }
}

internal sealed record ChildTask(string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChildTask))]
internal sealed partial class ChildJson : JsonSerializerContext;
