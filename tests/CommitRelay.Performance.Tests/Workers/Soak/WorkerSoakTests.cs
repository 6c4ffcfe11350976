using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tests.Events;

namespace CommitRelay.Performance.Tests.Workers.Soak;

/// <summary>
/// Worker processes over one home while they are killed, the API storms, the disk fills up and strangers write: nothing lost, nothing done twice,
/// memory flat. Goes on for COMMITRELAY_SOAK seconds more: 120 in .ci/run, 1200 for twenty minutes.
/// </summary>
public sealed class WorkerSoakTests : IDisposable
{
    private const int Workers = 3;
    private const int Steps = 15;
    private static readonly TimeSpan StepPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DiskIsFullFor = TimeSpan.FromSeconds(1);

    private readonly TempFolder _folder = new();
    private readonly RelayHome _home;
    private readonly StormyApi _api = new();
    private readonly Random _random = new(4711 + Repository.Soak);
    private readonly List<SoakWorker> _workers = [];
    private readonly HashSet<int> _killed = [];
    private int _fills;
    private int _refusedBefore;

    /// <summary>To mount a file system that can be filled needs root; without, the disk stays as it is and the rest of the soak runs.</summary>
    private readonly SmallMount? _disk;

    public WorkerSoakTests()
    {
        _home = new RelayHome(_folder["home"]);
        _disk = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? new SmallMount(_home.Root, "256m") : null;
        _folder.Write("home/coordination/task-queue.json", """{"tasks":[]}""");
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
            worker.Dispose();
        _api.Dispose();
        _disk?.Dispose();
        _folder.Dispose();
    }

    [UnixFact]
    public async Task Workers_KilledRefusedAndWithoutDisk_BesideStrangers_LoseNothing_AndDoNothingTwice()
    {
        var stranger = new SoakStranger(_home);
        for (var i = 0; i < Workers; i++)
            _workers.Add(new SoakWorker(_home.Root, _api.Address));
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(Repository.Soak);
        for (var step = 0; step < Steps || TimeProvider.System.GetUtcNow() < until; step++)
        {
            stranger.ReplaceQueue();
            await stranger.AppendEventAsync();
            await DisturbAsync(step);
            await Task.Delay(StepPause, TimeProvider.System);
        }

        _api.IsStormy = false;
        await WaitAsync("all done", () => Statuses().All(task => task.Value == "completed"));
        foreach (var worker in _workers)
            await worker.StopAsync();

        Assert.Empty(stranger.Added.Except(Statuses().Keys).Except(stranger.Archived));
        await VerifyDoneOnceAsync(stranger);
        VerifyHeap(_workers[0].Heap.ToArray());
        Assert.NotEmpty(_killed);
    }

    /// <summary>Waits; when in vain, says what the queue holds and what the workers complain of.</summary>
    private async Task WaitAsync(string what, Func<bool> condition)
    {
        try
        {
            await Until.True(condition);
        }
        catch (OperationCanceledException)
        {
            var left = Statuses().Where(task => task.Value != "completed").Select(task => $"{task.Key} {task.Value}");
            Assert.Fail($"{what}: {_api.Served.Count} served, {_api.Refused} refused; left: {string.Join(", ", left)}\n{string.Join('\n', _workers.SelectMany(worker => worker.Complaints.TakeLast(20)))}");
        }
    }

    private async Task DisturbAsync(int step)
    {
        switch (step % 5)
        {
            case 1:
                // The first one lives: its heap is looked at.
                var victim = _random.Next(1, Workers);
                _killed.Add(_workers[victim].Id);
                await _workers[victim].KillAsync();
                _workers[victim].Dispose();
                _workers[victim] = new SoakWorker(_home.Root, _api.Address);
                break;
            case 2:
                _refusedBefore = _api.Refused;
                _api.IsStormy = true;
                break;
            case 3:
                await WaitAsync("a call refused in the storm", () => _api.Refused > _refusedBefore);
                _api.IsStormy = false;
                break;
            case 4 when _disk is not null:
                _fills++;
                await FillDiskAsync(_disk);
                break;
            default:
                break;
        }
    }

    private static async Task FillDiskAsync(SmallMount disk)
    {
        var ballast = Path.Combine(disk.Path, "ballast");
        await using (var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var block = new byte[4096];
            try
            {
                while (true)
                    file.Write(block);
            }
            catch (IOException)
            {
                // Full.
            }
        }

        await Task.Delay(DiskIsFullFor, TimeProvider.System);
        File.Delete(ballast);
    }

    /// <summary>A task was done again only where the worker before was killed, or said that it had not done it; and was completed once.</summary>
    private async Task VerifyDoneOnceAsync(SoakStranger stranger)
    {
        var events = await ReadEventsAsync();
        var notDone = events.Where(told => told.Type is "task_claim_lost" or "task_failed" or "task_given_back").Select(told => (told.TaskId, told.Source)).ToHashSet();
        foreach (var task in _api.Served.GroupBy(served => served.Id))
        {
            var again = task.OrderBy(served => served.Fence).SkipLast(1).Where(served => !_killed.Contains(served.Worker) && !notDone.Contains((served.Id, $"{served.Worker}")));
            Assert.True(!again.Any(), $"done twice: {string.Join(", ", task)}");
        }

        Assert.Empty(stranger.Added.Except(_api.Served.Select(served => served.Id)));
        var completed = events.Where(told => told.Type == "task_completed").Select(told => told.TaskId).ToList();
        Assert.Equal(completed.Count, completed.Distinct().Count());

        // Killed between the queue's word and its event: such a task is done, and nobody told.
        Assert.InRange(stranger.Added.Count - completed.Count, 0, _killed.Count * Environment.ProcessorCount * 4);

        // By its bytes: a shell that appends to a line which the full disk cut short is glued to it, for a shell closes nothing off.
        var text = File.ReadAllText(_home.Events);
        Assert.All(Enumerable.Range(0, stranger.Appended).Select(SoakStranger.Event), line => Assert.Equal(2, text.Split(line + '\n').Length));
    }

    private async Task<List<RelayEvent>> ReadEventsAsync()
    {
        var events = new List<RelayEvent>();
        var torn = 0;
        var reader = new EventReader(_home.Events, new EventReaderOptions { OnDamaged = _ => torn++ });
        await foreach (var told in reader.ReadAsync(RelayJson.Event))
            events.Add(told!);

        // A line that the full disk cut short is closed off, and written again behind what others have appended meanwhile.
        Assert.InRange(torn, 0, _fills * (Workers + 1));
        return events;
    }

    /// <summary>Flat: after a third of the run the live heap grows by no more than the queue's index, an entry a task.</summary>
    private static void VerifyHeap(long[] heap)
    {
        const long indexAndNoise = 8_000_000;
        if (heap.Length >= 30)
            Assert.InRange(heap[^(heap.Length / 10)..].Min(), 0, heap[(heap.Length / 3)..(heap.Length / 2)].Min() + indexAndNoise);
    }

    private Dictionary<string, string?> Statuses()
    {
        using var queue = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(_home.TaskQueue));
        return queue.RootElement.GetProperty("tasks").EnumerateArray().ToDictionary(task => task.GetProperty("id").GetString()!, task => task.GetProperty("status").GetString());
    }
}
