using System.CommandLine;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events compress</c>: gzips rolled event files.</summary>
internal static class EventCompressCommand
{
    public static Command Create(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only parts rolled longer ago than this.", "1d");
        var dryRun = CommonOptions.DryRun();
        var noUndo = CommonOptions.NoUndo();
        return new ToolCommand(host, "compress", "Compresses the rolled parts of the home's event files; the files that are still written to are left alone.", "relay-perf events compress --older-than 1d") { age, dryRun, noUndo }
            .Does(async run =>
            {
                var before = run.Time.GetUtcNow() - run.Get(age);
                var (parts, undoBytes) = await Change.MakeAsync(run, run.Keeping(dryRun, noUndo), run.Home.Coordination, null, change => Task.FromResult(Compress(run, before, run.Get(dryRun), change))).ConfigureAwait(false);
                var saved = parts.Sum(static part => part.Bytes - part.CompressedBytes ?? 0);
                run.Output.Answer(new EventCompressAnswer(parts, saved, undoBytes), AnswerJson.Default.EventCompressAnswer, console =>
                {
                    foreach (var part in parts)
                        console.Line(part.CompressedBytes is { } bytes ? $"{part.File}: {Format.Bytes(part.Bytes)} to {Format.Bytes(bytes)}" : $"{part.File}: {Format.Bytes(part.Bytes)} would be compressed");
                    console.Line($"{Format.Count(parts.Count)} parts, {Format.Bytes(saved)} saved.");
                    console.KeptForUndo(undoBytes);
                });
                return ExitCodes.Fine;
            });
    }

    private static List<CompressedPart> Compress(CommandRun run, DateTimeOffset before, bool dryRun, Change? change)
    {
        var parts = new List<CompressedPart>();
        foreach (var file in Streams(run))
        {
            run.Stop.ThrowIfCancellationRequested();
            var found = RolledParts.FindUncompressed(file, before);
            if (dryRun)
            {
                parts.AddRange(found.Select(static path => new CompressedPart(path, new FileInfo(path).Length, null)));
                continue;
            }

            foreach (var part in found)
            {
                change?.Keep(part + ".gz", part);
                change?.Keep(part, part);
            }

            parts.AddRange(RolledParts.Compress(file, before, cancellationToken: run.Stop).Select(static part => new CompressedPart(part.Path, part.Bytes, part.CompressedBytes)));
        }

        return parts;
    }

    /// <summary>The home's event files: the one of the dashboard, and the further streams.</summary>
    private static IEnumerable<string> Streams(CommandRun run)
        => Directory.Exists(run.Home.EventStreams) ? Directory.GetFiles(run.Home.EventStreams, "*.jsonl").Order(StringComparer.Ordinal).Prepend(run.Home.Events) : [run.Home.Events];
}

internal sealed record EventCompressAnswer(IReadOnlyList<CompressedPart> Files, long BytesSaved, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UndoBytes);

/// <summary><paramref name="CompressedBytes"/> is null in a dry run.</summary>
internal sealed record CompressedPart(string File, long Bytes, long? CompressedBytes);
