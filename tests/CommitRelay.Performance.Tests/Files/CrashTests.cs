using System.Diagnostics;
using System.Text.RegularExpressions;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tests.Queues;

namespace CommitRelay.Performance.Tests.Files;

/// <summary>
/// Death before every system call that changes something, of a swap, an undo, a ledger's append and its compaction; death behind one call is death before the next.
/// The places are asked of the code, and a trace of the system calls shows that none is missing.
/// </summary>
public sealed partial class CrashTests : IDisposable
{
    private const int Tasks = 100;
    private const int LedgerAttempts = 20;
    private readonly TempFolder _folder = new();

    private string Path => _folder["a.json"];

    private string Queue => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("edit")]
    [InlineData("edit keep")]
    [InlineData("edit stranger")]
    [InlineData("undo")]
    public async Task Death_AtEveryStepOfASwap_LeavesAWholeFile_AndTheNextEditCleansUp(string swap)
    {
        var steps = await StepsAsync(await PrepareAsync(swap));
        Assert.True(steps.Count >= 6, string.Join(", ", steps));
        foreach (var (step, pass) in Points(steps))
        {
            await DieAsync(step, pass, await PrepareAsync(swap));
            var left = File.ReadAllText(Path);
            Assert.Contains(left, swap == "edit stranger" ? ["old", "his", "old+mine", "his+mine"] : (string[])["old", "old+mine"]);

            // What is offered for an undo is what the file was before.
            if (swap != "edit stranger" && KeptFile.Find(Path) is { CanPutBack: true } kept)
                Assert.Equal(left == "old" ? "old+mine" : "old", File.ReadAllText(kept.KeptPath));
            await EditAsync("+next");
            Assert.Equal(swap == "edit stranger" && left == "old+mine" ? "his+next" : left + "+next", File.ReadAllText(Path));
            Assert.Empty(Directory.GetFiles(_folder.Path, "*.swap").Concat(Directory.GetFiles(_folder.Path, "*.tmp")));
        }
    }

    /// <summary>Sixty renewals of ninety tasks make a compaction due.</summary>
    [UnixFact]
    public async Task Death_AtEveryStepOfTheLedger_LosesNothingAcknowledged()
    {
        WriteQueue();
        string[] verb = ["claim", Queue, "60"];
        var steps = await StepsAsync(verb);
        Assert.Contains("write ledger", steps);
        foreach (var (step, pass) in Points(steps))
        {
            await VerifyAsync(await DieInLedgerAsync(step, pass, verb));
        }
    }

    [StraceTheory]
    [InlineData("edit")]
    [InlineData("edit keep")]
    [InlineData("edit stranger")]
    [InlineData("undo")]
    [InlineData("claim")]
    public async Task SystemCalls_ThatChangeSomething_EachHaveAPlaceToDieAtBefore(string work)
    {
        WriteQueue();
        string[] verb = work == "claim" ? ["claim", Queue, "60"] : await PrepareAsync(work);
        var threads = new HashSet<string>();
        var changes = 0;
        foreach (var call in await TraceAsync(verb))
        {
            // Claims go on while the mirror is written: each thread for itself. An edit is one flow, which may change threads.
            var thread = work == "claim" ? call.Split(' ')[0] : "";
            if (call.Contains("\"/step/", StringComparison.Ordinal))
            {
                threads.Add(thread);
                continue;
            }

            changes++;
            Assert.True(threads.Remove(thread), call);
        }

        Assert.True(changes >= 5, $"{changes} system calls seen");
    }

    private async Task<string[]> PrepareAsync(string swap)
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "a.json*"))
            File.Delete(file);
        _folder.Write("a.json", "old");
        if (swap == "undo")
            await EditAsync("+mine", keep: true);
        return swap switch
        {
            "edit" => ["edit", Path, "+mine"],
            "edit keep" => ["edit", Path, "+mine", "keep"],
            "edit stranger" => ["edit", Path, "+mine", _folder.Write("stranger", "his")],
            _ => ["undo", Path],
        };
    }

    private Task<bool> EditAsync(string text, bool keep = false) => AtomicFile.EditAsync(Path, async (from, to, token) =>
    {
        await from.CopyToAsync(to, token);
        await to.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), token);
        return true;
    }, keep);

    private void WriteQueue()
    {
        File.Delete(Queue + ".claims");
        File.WriteAllText(Queue, $"{{\"tasks\":[{string.Join(',', Enumerable.Range(0, Tasks).Select(i => $"{{\"id\":\"task-{i:000}\",\"status\":\"queued\"}}"))}]}}\n");
    }

    /// <summary>Every task is there, what was acknowledged as done is not handed out, and what is free is.</summary>
    private async Task VerifyAsync(string[] acknowledged)
    {
        await using var queue = new QueueClaims<Job>(Queue, JobJson.Default.Job, new QueueClaimsOptions { Queue = new QueueReaderOptions { OnMalformed = fault => Assert.Fail(fault.Message) } });
        var counts = await queue.CountAsync();
        Assert.Equal(Tasks, counts.Ready + counts.Leased + counts.Completed);
        Assert.InRange(counts.Completed, acknowledged.Length, Tasks);
        var claims = await queue.ClaimAsync(Tasks, TimeSpan.Zero);
        Assert.Equal(counts.Ready, claims.Count);
        Assert.Empty(claims.Select(claim => claim.Id).Intersect(acknowledged));
        await queue.CompleteAsync(claims);
    }

    /// <summary>The first and the last pass of each step; with COMMITRELAY_SOAK every pass.</summary>
    private static IEnumerable<(string Step, int Pass)> Points(List<string> steps)
        => steps.CountBy(step => step).SelectMany(step => Repository.Soak > 0 ? Enumerable.Range(1, step.Value).Select(pass => (step.Key, pass)) : ((IEnumerable<(string, int)>)[(step.Key, 1), (step.Key, step.Value)]).Distinct());

    private static async Task<List<string>> StepsAsync(string[] verb)
    {
        using var child = ChildProcess.Start(["steps", .. verb]);
        _ = child.StandardOutput.ReadToEndAsync();
        var steps = await child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, steps);
        return [.. steps.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>How many appends share a write is a race, so a run can end before its last passes: then it is run again.</summary>
    private async Task<string[]> DieInLedgerAsync(string step, int pass, string[] verb)
    {
        for (var attempt = 0; attempt < LedgerAttempts; attempt++)
        {
            WriteQueue();
            if (await RunToAsync(step, pass, verb) is { } acknowledged)
                return acknowledged;
        }

        throw Xunit.Sdk.FailException.ForFailure($"no run of {LedgerAttempts} came to pass {pass} of {step}");
    }

    /// <returns>What the child had acknowledged.</returns>
    private static async Task<string[]> DieAsync(string step, int pass, string[] verb)
        => await RunToAsync(step, pass, verb) ?? throw Xunit.Sdk.FailException.ForFailure($"did not die at pass {pass} of {step}");

    /// <returns>What the child had acknowledged, or null when it ended before that pass.</returns>
    private static async Task<string[]?> RunToAsync(string step, int pass, string[] verb)
    {
        using var child = ChildProcess.Start(["die-in", step, $"{pass}", .. verb]);
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? null : output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The steps, and the system calls that change something in the folder, lock files aside, in their order.</summary>
    private async Task<List<string>> TraceAsync(string[] verb)
    {
        var trace = _folder["trace"];
        using var child = ChildProcess.StartUnder(["strace", "-f", "-y", "-s", "256", "-o", trace, "-e", "trace=?lstat,?stat,newfstatat,?open,openat,?rename,renameat,renameat2,?link,linkat,?unlink,unlinkat,fsync,fdatasync,write,pwrite64,pwritev,ftruncate,fallocate,fchmod,fchown"], ["steps", .. verb]);
        _ = child.StandardOutput.ReadToEndAsync();
        var errors = await child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, errors);
        return [.. File.ReadLines(trace).Where(call => call.Contains("\"/step/", StringComparison.Ordinal)
            || (call.Contains(_folder.Path, StringComparison.Ordinal) && Changes().IsMatch(call) && !call.Contains(".lock", StringComparison.Ordinal) && !call.Contains("stranger\", ", StringComparison.Ordinal)))];
    }

    /// <summary>An open changes something only when it creates.</summary>
    [GeneratedRegex("^[0-9]+ +((open|openat)\\(.*O_CREAT|(rename|link|unlink|fsync|fdatasync|write|pwrite|ftruncate|fallocate|fchmod|fchown))")]
    private static partial Regex Changes();
}
