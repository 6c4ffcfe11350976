using System.Buffers;
using System.CommandLine;
using System.IO.Pipelines;
using System.Text.Json;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events append</c>: appends standard input's lines in batches.</summary>
internal static class EventAppendCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The event file; made when it is missing.");
        var durable = new Option<bool>("--durable") { Description = "Return only when all is on the disk (fsync)." };
        var roll = new Option<long?>("--roll-size") { Description = "Begin a new file when it would grow beyond this; the old one is renamed.", HelpName = "SIZE", CustomParser = result => Quantities.ParseSize(result) };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "append", "Appends standard input's JSON Lines in batches, each one write, under the lock that other writers join. A line that is not JSON is left out and named.", "my-program | relay-perf events append events.jsonl --durable") { file, durable, roll, dryRun }
            .Does(async run =>
            {
                var started = run.Time.GetTimestamp();
                var rejected = 0L;
                var events = 0L;
                EventWriterStatistics statistics = default;
                if (run.Get(dryRun))
                {
                    rejected = await ReadLinesAsync(run, line => { events++; return default; }).ConfigureAwait(false);
                }
                else
                {
                    var writer = new EventWriter(run.Get(file)!, new EventWriterOptions { Roll = new EventRollOptions { AtBytes = run.Get(roll) } }, run.Time);
                    await using (writer.ConfigureAwait(false))
                    {
                        rejected = await ReadLinesAsync(run, line => { events++; return writer.WriteLineAsync(line, Durability.Buffered, run.Stop); }).ConfigureAwait(false);
                        await writer.FlushAsync(run.Get(durable) ? Durability.Durable : Durability.Flushed, run.Stop).ConfigureAwait(false);
                        statistics = writer.Statistics;
                    }
                }

                var answer = new EventAppendAnswer(events, statistics.WrittenBytes, statistics.Batches, statistics.Syncs, run.Time.GetElapsedTime(started).TotalSeconds, rejected);
                run.Output.Answer(answer, AnswerJson.Default.EventAppendAnswer, console => console.Line(
                    $"{Format.Count(events)} events, {Format.Bytes(answer.Bytes)}, {Format.Count(answer.Batches)} writes, {Format.Count(answer.Flushes)} fsyncs, {Format.Number(answer.Seconds)} s" + (rejected > 0 ? $"; {Format.Count(rejected)} lines left out" : "")));
                return rejected == 0 ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    /// <summary>Hands on each line that is JSON; empty lines are passed over. Returns how many were none.</summary>
    private static async Task<long> ReadLinesAsync(CommandRun run, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        var pipe = PipeReader.Create(run.Host.OpenInput(), new StreamPipeReaderOptions(leaveOpen: true, bufferSize: 64 * 1024));
        var rejected = 0L;
        var number = 0L;
        while (true)
        {
            var read = await pipe.ReadAsync(run.Stop).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (TryLine(ref buffer, read.IsCompleted, out var line))
            {
                number++;
                if (line.IsEmpty)
                    continue;
                if (IsJson(line))
                {
                    await take(line.IsSingleSegment ? line.First : line.ToArray()).ConfigureAwait(false);
                    continue;
                }

                rejected++;
                run.Output.Say($"standard input, line {number}: no JSON; left out.");
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return rejected;
        }
    }

    private static bool TryLine(ref ReadOnlySequence<byte> buffer, bool ended, out ReadOnlySequence<byte> line)
    {
        var feed = buffer.PositionOf((byte)'\n');
        line = feed is { } at ? buffer.Slice(0, at) : buffer;
        if (feed is null && (!ended || buffer.IsEmpty))
            return false;
        buffer = feed is { } end ? buffer.Slice(buffer.GetPosition(1, end)) : buffer.Slice(buffer.End);
        return true;
    }

    private static bool IsJson(in ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Bytes and batches are writes to the file; flushes are waits for the disk.</summary>
internal sealed record EventAppendAnswer(long Events, long Bytes, long Batches, long Flushes, double Seconds, long Rejected);
