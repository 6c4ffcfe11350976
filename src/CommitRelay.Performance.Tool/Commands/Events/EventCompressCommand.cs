using System.CommandLine;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events compress</c>: gzips rolled event files.</summary>
internal static class EventCompressCommand
{
    public static Command Create(ToolHost host)
    {
        var age = CommonOptions.Duration("--older-than", "Only parts rolled longer ago than this.", "1d");
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "compress", "Compresses the rolled parts of the home's event files; the files that are still written to are left alone.", "relay-perf events compress --older-than 1d") { age, dryRun }
            .Does(run =>
            {
                var before = run.Time.GetUtcNow() - run.Get(age);
                var parts = new List<CompressedPart>();
                foreach (var file in Streams(run))
                {
                    run.Stop.ThrowIfCancellationRequested();
                    if (run.Get(dryRun))
                        parts.AddRange(RolledParts.FindUncompressed(file, before).Select(static path => new CompressedPart(path, new FileInfo(path).Length, null)));
                    else
                        parts.AddRange(RolledParts.Compress(file, before, cancellationToken: run.Stop).Select(static part => new CompressedPart(part.Path, part.Bytes, part.CompressedBytes)));
                }

                var saved = parts.Sum(static part => part.Bytes - part.CompressedBytes ?? 0);
                run.Output.Answer(new EventCompressAnswer(parts, saved), AnswerJson.Default.EventCompressAnswer, console =>
                {
                    foreach (var part in parts)
                        console.Line(part.CompressedBytes is { } bytes ? $"{part.File}: {Format.Bytes(part.Bytes)} to {Format.Bytes(bytes)}" : $"{part.File}: {Format.Bytes(part.Bytes)} would be compressed");
                    console.Line($"{Format.Count(parts.Count)} parts, {Format.Bytes(saved)} saved.");
                });
                return Task.FromResult(ExitCodes.Fine);
            });
    }

    /// <summary>The home's event files: the one of the dashboard, and the further streams.</summary>
    private static IEnumerable<string> Streams(CommandRun run)
        => Directory.Exists(run.Home.EventStreams) ? Directory.GetFiles(run.Home.EventStreams, "*.jsonl").Order(StringComparer.Ordinal).Prepend(run.Home.Events) : [run.Home.Events];
}

internal sealed record EventCompressAnswer(IReadOnlyList<CompressedPart> Files, long BytesSaved);

/// <summary><paramref name="CompressedBytes"/> is null in a dry run.</summary>
internal sealed record CompressedPart(string File, long Bytes, long? CompressedBytes);
