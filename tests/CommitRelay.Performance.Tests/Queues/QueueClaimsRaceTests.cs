using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>Processes that claim, a shell that knows no lock, and kills: every task done, none twice under one fence, none lost.</summary>
public sealed class QueueClaimsRaceTests : IDisposable
{
    private const int FirstTasks = 200;
    private readonly TempFolder _folder = new();

    private string Queue => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    /// <summary>The order of work: before anything was made fast, this passed for a minute (COMMITRELAY_SOAK=40 does that).</summary>
    [UnixFact]
    public async Task TwoWorkersAndAShellWithStaleContent_EveryTaskIsDoneOnce_AndNoneIsLost()
    {
        var replaces = 15 * (1 + Repository.Soak);
        WriteQueue(FirstTasks);
        using var shell = StartShell(replaces);
        using var one = ChildProcess.Start("work", Queue, _folder["one"], "60000", "5");
        using var two = ChildProcess.Start("work", Queue, _folder["two"], "60000", "5");
        await EndAsync(shell);
        File.WriteAllText(Queue + ".stop", "");
        await Task.WhenAll(EndAsync(one), EndAsync(two));

        var added = File.ReadAllLines(_folder["added"]);
        var expected = Enumerable.Range(0, FirstTasks).Select(i => $"t{i}").Concat(added).Order().ToList();
        var done = Journal("one").Concat(Journal("two")).Where(line => line.What == "done").Select(line => line.Id).Order().ToList();
        Assert.Equal(replaces, added.Length);
        Assert.Equal(expected, done);
        Assert.Equal(expected, InFile().Select(task => task.Id).Order());
        Assert.All(InFile(), task => Assert.Equal("completed", task.Status));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.swap").Concat(Directory.GetFiles(_folder.Path, "*.tmp")));
        VerifyLedger();
    }

    [UnixFact]
    public async Task WorkersKilledAtRandom_NoTaskHasTwoLiveLeases_AndNoneIsLost()
    {
        const int tasks = 400;
        WriteQueue(tasks);
        var random = new Random(4711 + Repository.Soak);
        for (var round = 0; round < 4 + (10 * Repository.Soak); round++)
        {
            using var one = ChildProcess.Start("work", Queue, _folder["one"], "150", "3");
            using var two = ChildProcess.Start("work", Queue, _folder["two"], "150", "3");
            await one.StandardOutput.ReadLineAsync();
            await two.StandardOutput.ReadLineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 120)), TimeProvider.System);
            one.Kill();
            two.Kill();
            await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());
        }

        File.WriteAllText(Queue + ".stop", "");
        using var last = ChildProcess.Start("work", Queue, _folder["last"], "60000", "20");
        await EndAsync(last);
        var completed = VerifyLedger();
        Assert.Equal(tasks, completed.Count);
        foreach (var (_, id, fence) in Journal("one").Concat(Journal("two")).Concat(Journal("last")).Where(line => line.What == "done"))
            Assert.Equal(fence, completed[id]);
        Assert.All(InFile(), task => Assert.Equal("completed", task.Status));
        Assert.Equal(tasks, InFile().Count);
    }

    /// <summary>Reads the ledger as it stands: every claim came when no other lease lived, and each task was completed once, by its last claim.</summary>
    private Dictionary<string, long> VerifyLedger()
    {
        var live = new Dictionary<string, LedgerLine>();
        var completed = new Dictionary<string, long>();
        var fence = 0L;
        foreach (var text in File.ReadAllLines(Queue + ".claims"))
        {
            if (!LedgerFormat.TryRead(Encoding.UTF8.GetBytes(text), out var line, out _))
                continue;
            var id = line.Identity.ToString();
            switch (line.Operation)
            {
                case LedgerOperation.Claim:
                    Assert.True(line.Fence > fence, text);
                    fence = line.Fence;
                    Assert.DoesNotContain(id, completed);
                    Assert.True(!live.TryGetValue(id, out var before) || before.Until <= line.At, text);
                    live[id] = line;
                    break;
                case LedgerOperation.Complete:
                    Assert.Equal(live[id].Fence, line.Fence);
                    completed.Add(id, line.Fence);
                    break;
                case LedgerOperation.Abandon:
                    live.Remove(id);
                    break;
                case LedgerOperation.State when line.State == TaskState.Completed:
                    completed.Add(id, line.Fence);
                    break;
                case LedgerOperation.State:
                    live[id] = line;
                    break;
                default:
                    break;
            }
        }

        return completed;
    }

    /// <summary>What users do: read, think, replace, and know nothing of a lock. With jq where it is installed, else with sed.</summary>
    private Process StartShell(int replaces)
    {
        File.WriteAllText(_folder["stranger.sh"], $$"""
            n=0
            while [ $n -lt {{replaces}} ]; do
              n=$((n + 1))
              task="{\"id\":\"s$n\",\"status\":\"queued\",\"priority\":\"high\"}"
              if command -v jq > /dev/null; then
                jq -c ".tasks += [$task]" task-queue.json > stranger.out || exit 1
              else
                sed "s/\]}\$/,$task]}/" task-queue.json > stranger.out || exit 1
              fi
              sleep 0.0$((n % 9))
              mv stranger.out task-queue.json
              echo s$n >> added
              sleep 0.01
            done
            """);
        return Process.Start(new ProcessStartInfo("sh", "stranger.sh") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private void WriteQueue(int tasks)
        => File.WriteAllText(Queue, $"{{\"tasks\":[{string.Join(',', Enumerable.Range(0, tasks).Select(i => $"{{\"id\":\"t{i}\",\"status\":\"queued\"}}"))}]}}\n");

    private IEnumerable<(string What, string Id, long Fence)> Journal(string name)
        => !File.Exists(_folder[name]) ? [] : File.ReadAllLines(_folder[name]).Select(line => line.Split(' ')).Where(parts => parts.Length == 3).Select(parts => (parts[0], parts[1], long.Parse(parts[2])));

    private List<(string Id, string Status)> InFile()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Queue));
        return [.. document.RootElement.GetProperty("tasks").EnumerateArray().Select(task => (task.GetProperty("id").GetString()!, task.GetProperty("status").GetString()!))];
    }

    private static async Task EndAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(5 + (2 * Repository.Soak)), TimeProvider.System);
        await process.WaitForExitAsync(guard.Token);
        Assert.True(process.ExitCode == 0, await errors);
    }
}
