using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventWriterFaultTests : FaultyWriterTests
{
    [Fact]
    public async Task Write_WhileTheDiskIsFull_IsKeptAndWrittenOnceThereIsSpace()
    {
        await using var writer = Open();
        Plan.OnWrite = static _ => 0;
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        Assert.Contains("No space left", writer.Health.LastError, StringComparison.Ordinal);
        writer.WriteLine("2"u8);
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && waiting.IsCompletedSuccessfully);
        Assert.True(writer.Health.IsWriting);
        await writer.DisposeAsync();
        Assert.Equal("1\n2\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenTheFileStaysUnwritable_GetsTheTypedErrorAndTheEventIsWrittenLater()
    {
        await using var writer = Open(new() { AcknowledgeTimeout = TimeSpan.FromSeconds(2) });
        Plan.OnWrite = static _ => 0;
        var waiting = writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask();
        await Until.True(() => Advance() && waiting.IsCompleted);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => waiting);
        Assert.Equal((EventWriterFailure.NotWritten, 1L, 2L, Log), (e.Failure, e.UnwrittenEvents, e.UnwrittenBytes, e.Path));
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && writer.Health.IsWriting);
        Assert.Equal("1\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task WriteAsync_WhenFsyncFails_GetsTheTypedErrorAndTheHandleIsNotTrustedAgain()
    {
        var opened = 0;
        Plan.OnOpen = () => opened++;
        await using var writer = Open();
        Plan.OnSync = static () => throw new IOException("fsync failed: Input/output error", 5);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => writer.WriteLineAsync("1"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard));
        Assert.Equal(EventWriterFailure.NotDurable, e.Failure);
        Plan.OnSync = static () => { };
        await writer.WriteLineAsync("2"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard);
        Assert.Equal(2, opened);
    }

    [Fact]
    public async Task Dispose_WhenTheFileStaysUnwritable_SaysWhatItCouldNotWrite()
    {
        var writer = Open();
        Plan.OnWrite = static _ => 0;
        writer.WriteLine("1"u8);
        writer.WriteLine("22"u8);
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        var e = await Assert.ThrowsAsync<EventWriterException>(() => closing);
        Assert.Equal((EventWriterFailure.Abandoned, 2L, 5L), (e.Failure, e.UnwrittenEvents, e.UnwrittenBytes));
    }

    [Fact]
    public async Task Write_WhenFull_ThrowsOrDropsOrWaitsAsTold()
    {
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'1');
        Plan.OnWrite = static _ => 0;
        var small = new EventWriterOptions { BufferBytes = 65_536, FlushBytes = 1000, DisposeTimeout = TimeSpan.FromMilliseconds(1) };

        var throwing = Open(small with { WhenFull = WhenFull.Throw });
        Fill(throwing, line);
        Assert.Equal(EventWriterFailure.BufferFull, Assert.Throws<EventWriterException>(() => throwing.WriteLine(line)).Failure);
        await Close(throwing);

        var waiting = Open(small with { WaitTimeout = TimeSpan.FromSeconds(3) });
        Fill(waiting, line);
        var blocked = Task.Run(() => waiting.WriteLine(line));
        await Until.True(() => Advance() && blocked.IsCompleted);
        Assert.Equal(EventWriterFailure.BufferFull, (await Assert.ThrowsAsync<EventWriterException>(() => blocked)).Failure);
        var released = Task.Run(() => waiting.WriteLine(line));
        var releasedToo = waiting.WriteLineAsync(line, Durability.Flushed).AsTask();
        Plan.OnWrite = static length => length;
        await Until.True(() => Advance() && released.IsCompleted && releasedToo.IsCompleted);
        await Close(waiting);
    }

    [Fact]
    public async Task Write_WhenDropping_TellsInTheFileHowManyWereDropped()
    {
        Plan.OnWrite = static _ => 0;
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'1');
        await using var writer = Open(new() { BufferBytes = 65_536, FlushBytes = 1000, WhenFull = WhenFull.DropNewest });
        Fill(writer, line);
        for (var n = 0; n < 5; n++)
            writer.WriteLine(line);
        await Assert.ThrowsAsync<EventWriterException>(() => writer.WriteLineAsync(line, Durability.Flushed).AsTask());
        Assert.Equal(6, writer.Statistics.Dropped);
        Plan.OnWrite = static length => length;

        // A batch that was on its way may have told of the first ones already.
        await Until.True(() => Advance() && TellsOf(File.ReadLines(Log)) == 6);

        static int TellsOf(IEnumerable<string> lines) => lines
            .Where(static line => line.Contains("events_dropped", StringComparison.Ordinal) && line.EndsWith('}'))
            .Sum(static line => JsonDocument.Parse(line).RootElement.GetProperty("data").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Write_TornAtEveryByte_IsCompletedWhereItStandsAndWrittenOnce()
    {
        const string batch = "{\"number\":1}\n{\"number\":2}\n{\"number\":3}\n";
        for (var tear = 0; tear <= batch.Length; tear++)
        {
            foreach (var stranger in new[] { "", "stranger\n", "replaced" })
            {
                File.Delete(Log);
                var calls = 0;
                Plan.OnWrite = length => ++calls switch
                {
                    1 => Math.Min(tear, length),
                    2 => 0,
                    _ => length,
                };
                await using (var writer = Open(new() { FlushInterval = TimeSpan.FromHours(1) }))
                {
                    foreach (var line in batch.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                        writer.WriteLine(System.Text.Encoding.UTF8.GetBytes(line));
                    var flushed = writer.FlushAsync().AsTask();
                    await Until.True(() => flushed.IsCompleted || writer.Statistics.Faults > 0);
                    if (!flushed.IsCompleted && stranger == "replaced")
                        ReplaceByCopy();
                    else if (!flushed.IsCompleted)
                        File.AppendAllText(Log, stranger);
                    await Until.True(() => Advance() && flushed.IsCompletedSuccessfully);
                }

                var lines = File.ReadAllLines(Log);
                if (stranger == "")
                    Assert.Equal(batch, File.ReadAllText(Log));
                Assert.Equal(["{\"number\":1}", "{\"number\":2}", "{\"number\":3}"], lines.Where(line => line.StartsWith("{\"number\":", StringComparison.Ordinal) && line.EndsWith('}')));
                Assert.InRange(lines.Length, 3, 5);
            }
        }
    }

    [Fact]
    public async Task Write_WhenDroppingFasterThanTheFile_TellsOfEveryDrop()
    {
        const int producers = 4, each = 20_000;
        await using (var writer = new EventWriter(Log, new() { BufferBytes = 65_536, FlushBytes = 1000, WhenFull = WhenFull.DropNewest }))
        {
            await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(() =>
            {
                for (var n = 0; n < each; n++)
                    writer.WriteLine("""{"type":"kept","text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"""u8);
            })));
        }

        var lines = File.ReadLines(Log).Select(static line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToLookup(static line => (string)line["type"]!);
        Assert.Equal(producers * each, lines["kept"].Count() + lines["events_dropped"].Sum(static told => (int)told["data"]!["count"]!));
    }

    [Fact]
    public async Task AnyCall_FailingAtItsNthTurn_LosesNothingAndRepeatsNothing()
    {
        // As SQLite does it: fail the first call of all, then the second, until a run needs no more calls than that.
        for (var nth = 1; ; nth++)
        {
            File.Delete(Log);
            foreach (var part in Directory.GetFiles(Folder.Path, "events.2*"))
                File.Delete(part);
            var calls = 0;
            var failed = false;
            Plan.OnOpen = () => Fail();
            Plan.OnSync = () => Fail();
            Plan.OnWrite = length =>
            {
                // Every third write is short, too.
                Fail();
                return calls % 3 == 0 ? Math.Max(1, length / 2) : length;
            };
            try
            {
                await using var writer = Open(new() { Roll = new() { AtBytes = 60 } });
                for (var n = 0; n < 10; n++)
                {
                    var written = writer.WriteLineAsync(System.Text.Encoding.UTF8.GetBytes($"{{\"number\":{n}}}"), n % 3 == 0 ? Durability.Durable : Durability.Flushed).AsTask();
                    await Until.True(() => Advance() && written.IsCompleted);
                    Assert.True(written.IsCompletedSuccessfully || Assert.IsType<EventWriterException>(written.Exception!.InnerException).Failure == EventWriterFailure.NotDurable);
                }
            }
            catch (IOException) when (nth == 1)
            {
                // The very first call opens the file, on the caller's thread.
                continue;
            }

            var numbers = new List<string>();
            await foreach (var text in new EventReader(Log, new() { IncludeArchives = true, OnDamaged = d => Assert.Fail($"call {nth}: {d}") }).ReadRawAsync())
                numbers.Add(System.Text.Encoding.UTF8.GetString(text.Json.Span));
            Assert.Equal(Enumerable.Range(0, 10).Select(n => $"{{\"number\":{n}}}"), numbers);
            if (!failed)
                break;

            void Fail()
            {
                if (++calls != nth)
                    return;
                failed = true;
                throw new IOException("call failed: Input/output error", 5);
            }
        }
    }

    [Fact]
    public async Task Durable_AfterAPowerLoss_IsStillThere()
    {
        // A power loss leaves what was synced; the worst case is that nothing else was.
        var random = new Random(1);
        await using var writer = Open();
        for (var n = 0; n < 50; n++)
        {
            await writer.WriteLineAsync(System.Text.Encoding.UTF8.GetBytes($"{{\"number\":{n}}}"), random.Next(3) == 0 ? Durability.Durable : Durability.Flushed).AsTask().WaitAsync(Guard);
            if (random.Next(3) > 0)
                continue;
            await writer.WriteLineAsync("{\"last\":true}"u8.ToArray(), Durability.Durable).AsTask().WaitAsync(Guard);
            var left = File.ReadAllText(Log)[..(int)Plan.SyncedLength];
            Assert.EndsWith("{\"last\":true}\n", left, StringComparison.Ordinal);
            Assert.Contains($"{{\"number\":{n}}}\n", left, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Write_ThatWasTorn_LosesAndRepeatsNothing_WhereAStrangerComesInBeforeItIsCompleted()
    {
        var calls = 0;
        Plan.OnWrite = length =>
        {
            calls++;
            if (calls == 3)
                File.AppendAllText(Log, "{\"stranger\":true}\n");
            return calls switch { 1 => 12, 2 => 0, _ => length };
        };
        await using var writer = Open();
        for (var n = 1; n <= 3; n++)
            writer.WriteLine(System.Text.Encoding.UTF8.GetBytes($"{{\"n\":{n}}}"));
        var written = writer.FlushAsync().AsTask();
        await Until.True(() => Advance() && written.IsCompleted);
        await written;
        var found = new List<string>();
        await foreach (var record in new EventReader(Log).ReadRawAsync())
            found.Add(System.Text.Encoding.UTF8.GetString(record.Json.Span));
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], found);
    }

    [Fact]
    public async Task Write_ThatTookNothing_IsMadeAgain_ThoughAnotherHasWrittenAnEqualLineMeanwhile()
    {
        const string line = "{\"type\":\"alive\"}\n";
        var fails = true;
        Plan.OnWrite = length => fails ? 0 : length;
        await using var writer = Open();
        var written = writer.WriteLineAsync(System.Text.Encoding.UTF8.GetBytes(line.TrimEnd()), Durability.Flushed).AsTask();
        await Until.True(() => !writer.Health.IsWriting);
        File.AppendAllText(Log, line);
        fails = false;
        await Until.True(() => Advance() && written.IsCompleted);
        await written;
        Assert.Equal(line + line, File.ReadAllText(Log));
    }

    [MountFact]
    public async Task Write_OnAFullTmpfs_LosesNothingAcknowledgedAndGoesOnWhenThereIsSpace()
    {
        using var mount = new SmallMount(Folder["small"], "4m");
        var log = Path.Combine(mount.Path, "events.jsonl");
        var ballast = Path.Combine(mount.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[1024 * 1024]);
        await using var writer = new EventWriter(log, new() { AcknowledgeTimeout = TimeSpan.FromMilliseconds(200), BufferBytes = 1024 * 1024 });
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'7');
        var acknowledged = 0;
        EventWriterException? full = null;
        while (full is null)
        {
            try
            {
                await writer.WriteLineAsync(line, Durability.Flushed).AsTask().WaitAsync(Guard);
                acknowledged++;
            }
            catch (EventWriterException e)
            {
                full = e;
            }
        }

        Assert.Equal(EventWriterFailure.NotWritten, full.Failure);
        Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
        Assert.False(writer.Health.IsWriting);
        File.Delete(ballast);
        await Until.True(() => writer.Health.IsWriting);
        await writer.WriteLineAsync(line, Durability.Durable).AsTask().WaitAsync(Guard);

        // The event whose caller was told "not yet" is there too.
        Assert.All(File.ReadAllLines(log), written => Assert.Equal(1000, written.Length));
        Assert.Equal(acknowledged + 2, File.ReadAllLines(log).Length);
    }

    [MountFact]
    public async Task Staging_WhereSpaceIsShort_LeavesItToTheEvents()
    {
        using var mount = new SmallMount(Folder["small"], "4m");
        var staging = Path.Combine(mount.Path, "staging");
        await using (var roomy = new EventWriter(Log, new() { BufferBytes = 1024 * 1024, StagingFolder = staging }))
            Assert.Equal(EventStaging.Mapped, roomy.Health.Staging);
        File.WriteAllBytes(Path.Combine(mount.Path, "ballast"), new byte[2_500_000]);
        await using var cramped = new EventWriter(Log, new() { BufferBytes = 1024 * 1024, StagingFolder = staging });
        Assert.Equal(EventStaging.Heap, cramped.Health.Staging);
        Assert.Contains("bytes free, too few to reserve", cramped.Health.StagingReason, StringComparison.Ordinal);
        await cramped.WriteLineAsync("1"u8.ToArray(), Durability.Flushed).AsTask().WaitAsync(Guard);
    }

    /// <summary>As a trim does that keeps everything.</summary>
    private void ReplaceByCopy()
    {
        File.Copy(Log, Folder["copy"]);
        File.Move(Folder["copy"], Log, overwrite: true);
    }

    private static void Fill(EventWriter writer, byte[] line)
    {
        while (writer.TryWriteLine(line))
        {
        }
    }

    private async Task Close(EventWriter writer)
    {
        var closing = writer.DisposeAsync().AsTask();
        await Until.True(() => Advance() && closing.IsCompleted);
        _ = closing.Exception;
    }
}
