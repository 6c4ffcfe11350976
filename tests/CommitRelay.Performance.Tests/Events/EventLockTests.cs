using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>What the next holder of an event file's lock learns of the one before.</summary>
public sealed class EventLockTests : IDisposable
{
    private const string Torn = "{\"number\":1}\n{\"num";
    private const string Stranger = "{\"stranger\":true}\n";
    private readonly TempFolder _folder = new();

    // Nothing looks for the dead but whoever takes the lock: time stands still.
    private readonly FakeTimeProvider _time = new();

    private string Log => _folder["events.jsonl"];

    private string LockPath => Log + ".lock";

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Lock_OfOneWhoDiedAtWork_HasItsTornLineCompletedBeforeAnythingComesBehindIt()
    {
        await using var survivor = await OpenAsync();
        var stage = Die(atWork: true);
        File.WriteAllText(LockPath, $"\n{Path.GetFileName(stage)}\n");
        await WriteAsync(survivor);
        Assert.Equal("{\"number\":0}\n{\"number\":1}\n{\"number\":2}\n{\"number\":0}\n", File.ReadAllText(Log));
        Assert.False(File.Exists(stage));
    }

    [LinuxFact]
    public async Task Lock_OfOneWhoDiedBeforeItWroteAnything_HasItsEventsWrittenFirst_SoThatEqualOnesAreNotTakenForThem()
    {
        await using var survivor = await OpenAsync();
        var stage = Die(atWork: true, ["{\"number\":0}"], "");
        File.WriteAllText(LockPath, $"\n{Path.GetFileName(stage)}\n");
        await WriteAsync(survivor);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Until.True(() => !File.Exists(stage));
        Assert.Equal("{\"number\":0}\n{\"number\":0}\n{\"number\":0}\n", File.ReadAllText(Log));
    }

    [LinuxFact]
    public async Task Lock_OfOneWhoLeftIt_IsTakenWithoutALookForTheDead()
    {
        await using var survivor = await OpenAsync();
        var stage = Die(atWork: false);
        File.WriteAllText(LockPath, $"\n{Path.GetFileName(stage)}\n");
        await WriteAsync(survivor);
        Assert.True(File.Exists(stage));
        _time.Advance(TimeSpan.FromSeconds(5));
        await Until.True(() => !File.Exists(stage));
    }

    [LinuxTheory]
    [InlineData("4711 some-machine\n")]
    [InlineData("")]
    [InlineData("\n../../../etc/passwd\n")]
    [InlineData("\n00000000000000000000000000000000-1-0.stage\n")]
    [InlineData("\0\0\0\n")]
    public async Task Lock_WithAnotherRecord_HasTheDeadLookedFor(string record)
    {
        await using var survivor = await OpenAsync();
        var stage = Die(atWork: true);
        File.WriteAllText(LockPath, record);
        await WriteAsync(survivor);
        Assert.False(File.Exists(stage));
        Assert.Equal($"\n{Path.GetFileName(survivor.Health.StagingReason)}\n", File.ReadAllText(LockPath));
    }

    [LinuxFact]
    public async Task Lock_OfALoneWriter_IsSignedOnce_AndAgainWhenSomebodyElseWasAtTheFile()
    {
        await using var writer = await OpenAsync();
        var record = $"\n{Path.GetFileName(writer.Health.StagingReason)}\n";
        Assert.Equal(record, File.ReadAllText(LockPath));
        File.Delete(LockPath);
        await WriteAsync(writer);
        Assert.False(File.Exists(LockPath));
        File.AppendAllText(Log, Stranger);
        await WriteAsync(writer);
        Assert.Equal(record, File.ReadAllText(LockPath));
        File.Delete(LockPath);
        await writer.TrimAsync(1);
        Assert.Equal(record, File.ReadAllText(LockPath));
    }

    [LinuxFact]
    public async Task TornLine_OfAStranger_IsClosedOff_ThoughTheWriterWasAloneBefore()
    {
        await using var writer = await OpenAsync();
        File.AppendAllText(Log, "{\"torn\":");
        await WriteAsync(writer);
        Assert.Equal("{\"number\":0}\n{\"torn\":\n{\"number\":0}\n", File.ReadAllText(Log));
    }

    [LinuxFact]
    public async Task Lock_BetweenAWriterAndAnEdit_IsNoDeathToEither()
    {
        await using var writer = await OpenAsync();
        using (var edit = FileLock.TryAcquire(Log))
            Assert.False(edit!.PredecessorDied);
        await WriteAsync(writer);
        using var next = FileLock.TryAcquire(Log);
        Assert.False(next!.PredecessorDied);
    }

    [LinuxFact]
    public void MemoryOfTheDead_IsFreed_WhereNoEventIsInIt_ThoughNobodyWritesThatFileAgain()
    {
        var folder = _folder["stages"];
        string idle, left, atWork, alive;
        using (var living = Stage("alive"))
        {
            (alive, _) = (living.Description, new EventRing(living));
            using (var one = new EventRing(Stage("idle")))
                idle = one.Memory.Description;
            using (var one = new EventRing(Stage("left")))
            {
                Assert.True(one.TryAppend("{}"u8));
                left = one.Memory.Description;
            }

            using (var one = new EventRing(Stage("at-work")))
            {
                one.IsAtWork = true;
                atWork = one.Memory.Description;
            }

            EventFile.FreeIdleStages(folder);
            Assert.Equal(new[] { alive, left, atWork }.Order(), Directory.GetFiles(folder).Order());
        }

        EventFile.FreeIdleStages(folder);
        Assert.Equal(new[] { left, atWork }.Order(), Directory.GetFiles(folder).Order());
        Assert.False(File.Exists(idle));

        StagingMemory Stage(string name) => StagingFolder.Allocate(_folder[name], EventRing.HeaderBytes + (64 * 1024), folder);
    }

    [LinuxFact]
    public void MemoryInAFolderThatOthersMayEnter_IsLeftAlone()
    {
        var folder = _folder["stages"];
        string idle;
        using (var one = new EventRing(StagingFolder.Allocate(Log, EventRing.HeaderBytes + (64 * 1024), folder)))
            idle = one.Memory.Description;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        EventFile.FreeIdleStages(folder);
        Assert.True(File.Exists(idle));
        Assert.Empty(StagingFolder.Find(Log, folder));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_000_000);
        Assert.Equal(idle, Assert.Single(StagingFolder.Find(Log, folder)));
        EventFile.FreeIdleStages(folder);
        Assert.False(File.Exists(idle));
    }

    [LinuxFact]
    public async Task FreeingMemory_WhileWritersStartAndEnd_TakesItFromNoneOfThem()
    {
        var folder = _folder["stages"];
        using var ended = new CancellationTokenSource();
        var freeing = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!ended.IsCancellationRequested)
                    EventFile.FreeIdleStages(folder);
            },
            TaskCreationOptions.LongRunning)).ToArray();
        try
        {
            for (var n = 0; n < 100; n++)
            {
                await using var writer = new EventWriter(Log, new() { StagingFolder = folder, BufferBytes = 65_536, FlushBytes = 1000 });
                Assert.Equal(EventStaging.Mapped, writer.Health.Staging);
                writer.WriteLine("1"u8);
                Assert.True(File.Exists(writer.Health.StagingReason));
            }
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(freeing);
        }

        Assert.Equal(100, File.ReadAllLines(Log).Length);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private async Task<EventWriter> OpenAsync()
    {
        var writer = new EventWriter(Log, timeProvider: _time);
        await WriteAsync(writer);
        return writer;
    }

    private static async Task WriteAsync(EventWriter writer)
        => await writer.WriteLineAsync("{\"number\":0}"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Leaves what a process does that is killed in the middle of a write.</summary>
    /// <returns>Where it kept its events.</returns>
    private string Die(bool atWork) => Die(atWork, ["{\"number\":1}", "{\"number\":2}"], atWork ? Torn : Stranger);

    private string Die(bool atWork, string[] lines, string written)
    {
        const int bytes = 64 * 1024;
        var memory = Assert.IsType<MappedMemory>(StagingFolder.Allocate(Log, EventRing.HeaderBytes + bytes, null));
        using (var ring = new EventRing(memory))
        {
            foreach (var line in lines)
                Assert.True(ring.TryAppend(System.Text.Encoding.UTF8.GetBytes(line)));
            using var file = AppendFile.Open(Log);
            ring.Begin(file.State, file.State.Length, (int)ring.Head);
            ring.IsAtWork = atWork;
            if (written.Length > 0)
                file.Write(System.Text.Encoding.UTF8.GetBytes(written));
        }

        return memory.Description;
    }
}
