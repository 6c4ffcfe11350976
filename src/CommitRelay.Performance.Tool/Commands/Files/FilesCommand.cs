using System.CommandLine;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>files</c>: how many, how large, of what kind, and how long the queue takes to read.</summary>
internal static class FilesCommand
{
    /// <summary>Sizes that the answer always counts: 1 KiB to 100 MiB.</summary>
    private static readonly long[] Sizes = [1024, 10240, 102400, 1048576, 3000000, 10485760, 104857600];

    public static Command Create(ToolHost host)
    {
        var larger = new Option<long?>("--larger-than") { Description = "Count files above this size too.", HelpName = "SIZE", CustomParser = result => Quantities.ParseSize(result) };
        return new ToolCommand(host, "files", "Files and folders of the home by size, kind and age, worker specs by folder, and the time to read the queue. Follows no link.", "relay-perf files --larger-than 10MB") { larger }
            .Does(async run =>
            {
                long[] sizes = run.Get(larger) is { } size ? [.. Sizes.Append(size).Distinct().Order()] : Sizes;
                var specs = WorkerSpecSurvey.Read(run.Home, now: run.Time.GetUtcNow(), cancellationToken: run.Stop);
                var files = HomeFiles.Walk(run.Home, new HomeFilesOptions { SizeThresholds = sizes }, run.Stop);
                var queue = await ReadQueueAsync(run).ConfigureAwait(false);
                var answer = FilesAnswer.Of(run, files, specs.Folders, queue);
                run.Output.Answer(answer, AnswerJson.Default.FilesAnswer, console => Print(console, answer));
                return ExitCodes.Fine;
            });
    }

    /// <summary>Reads the whole queue once, checking it.</summary>
    private static async Task<QueueReadAnswer> ReadQueueAsync(CommandRun run)
    {
        var started = run.Time.GetTimestamp();
        try
        {
            var survey = await QueueSurvey.ReadAsync(run.Home.TaskQueue, cancellationToken: run.Stop).ConfigureAwait(false);
            return new QueueReadAnswer(run.Time.GetElapsedTime(started).TotalSeconds, survey.Bytes, survey.Figures.Tasks, null);
        }
        catch (Exception fault) when (Evidence.IsFault(fault))
        {
            return new QueueReadAnswer(null, null, null, fault.Message);
        }
    }

    private static void Print(IAnsiConsole console, FilesAnswer answer)
    {
        console.Line($"{Format.Count(answer.Files)} files in {Format.Count(answer.Folders)} folders, {Format.Bytes(answer.ApparentBytes)}; {Format.Count(answer.EmptyFiles)} are empty.");
        if (answer.ReadQueue.Seconds is { } seconds)
            console.Line($"The queue ({Format.Bytes(answer.ReadQueue.Bytes!.Value)}, {Format.Count(answer.ReadQueue.Tasks!.Value)} tasks) was read and checked in {Format.Seconds(seconds)}.");
        else
            console.Line($"The queue cannot be read: {answer.ReadQueue.Error}");
        var largest = Terminal.Table("largest", " size");
        foreach (var file in answer.Largest)
            largest.Row(file.File, Format.Bytes(file.Bytes));
        console.Write(largest);
        var above = Terminal.Table(" larger than", " files");
        foreach (var (size, count) in answer.FilesLargerThan)
            above.Row(Format.Bytes(long.Parse(size, System.Globalization.CultureInfo.InvariantCulture)), Format.Count(count));
        console.Write(above);
        var kinds = Terminal.Table("kind", " files");
        foreach (var (kind, count) in answer.ByExtension.OrderByDescending(static pair => pair.Value).Take(12))
            kinds.Row(kind, Format.Count(count));
        console.Write(kinds);
        var specs = Terminal.Table("worker specs", " files", " readable");
        foreach (var (folder, counts) in answer.WorkerSpecs)
            specs.Row(folder, Format.Count(counts.Files), Format.Count(counts.Readable));
        console.Write(specs);
    }
}

/// <summary>The home's files; <c>largest5</c> is [path, bytes] pairs, paths relative to the home.</summary>
internal sealed record FilesAnswer(
    long Files,
    long Folders,
    long ApparentBytes,
    long EmptyFiles,
    IReadOnlyDictionary<string, long> FilesLargerThan,
    IReadOnlyList<System.Text.Json.Nodes.JsonArray> Largest5,
    IReadOnlyDictionary<string, long> ByExtension,
    long WorkerSpecJsonFiles,
    long ActiveEntries,
    long? EventsNewlines,
    long NamesWithColon,
    long NamesWithNewline,
    IReadOnlyDictionary<string, SpecFolderAnswer> WorkerSpecs,
    QueueReadAnswer ReadQueue,
    IReadOnlyList<string> Unreadable)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<(string File, long Bytes)> Largest => [.. Largest5.Select(static pair => (pair[0]!.GetValue<string>(), pair[1]!.GetValue<long>()))];

    public static FilesAnswer Of(CommandRun run, HomeFiles files, IReadOnlyList<SpecFolderFigures> specs, QueueReadAnswer queue) => new(
        files.Files,
        files.Folders,
        files.Bytes,
        files.EmptyFiles,
        files.LargerThan.ToDictionary(static size => size.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), static size => size.Files),
        [.. files.Largest.Select(file => new System.Text.Json.Nodes.JsonArray(run.Home.Relative(file.Path), file.Bytes))],
        files.ByExtension,
        files.SpecFiles,
        files.ActiveEntries,
        Newlines(run.Home.Events),
        files.NamesWithColon,
        files.NamesWithLineFeed,
        specs.ToDictionary(folder => run.Home.Relative(folder.Path), static folder => new SpecFolderAnswer(folder.Files, folder.Readable)),
        queue,
        [.. files.Unreadable.Select(static place => $"{place.Path}: {place.Reason}")]);

    private static long? Newlines(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            var buffer = new byte[256 * 1024];
            var lines = 0L;
            for (int read; (read = stream.Read(buffer)) > 0;)
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
            return lines;
        }
        catch (Exception fault) when (Evidence.IsFault(fault))
        {
            // Missing, or closed to us: events stats tells why.
            return null;
        }
    }
}

/// <summary>Spec files of a folder, and how many of them are JSON objects.</summary>
internal sealed record SpecFolderAnswer(long Files, long Readable);

/// <summary>Seconds to read and check the whole queue; null, and why, when it could not be read.</summary>
internal sealed record QueueReadAnswer(double? Seconds, long? Bytes, long? Tasks, string? Error);
