namespace CommitRelay.Performance.Benchmarks.Reports;

/// <summary>Keeps a run's exported results in the repository: <c>record [ARTIFACTS]</c> copies them to benchmarks/results/CPU, with the versions beside them.</summary>
internal static class MeasuredResults
{
    public const string Suffix = "-report-brief.json";

    /// <summary>The folder of all results, found upwards from the program.</summary>
    public static string Folder => Path.Combine(Root, "benchmarks", "results");

    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CommitRelay.Performance.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("The program runs outside its repository.");
        }
    }

    public static async Task<int> RecordAsync(string[] args)
    {
        var source = Path.Combine(args.Length > 0 ? args[0] : "BenchmarkDotNet.Artifacts", "results");
        var reports = Directory.Exists(source) ? [.. Directory.GetFiles(source, "*" + Suffix), .. Directory.GetFiles(source, RateLimits.RateLimitResults.FileName)] : Array.Empty<string>();
        if (reports.Length == 0)
        {
            await Console.Error.WriteLineAsync($"{source}: no *{Suffix} and no {RateLimits.RateLimitResults.FileName}; run the benchmarks first.");
            return 1;
        }

        var target = Path.Combine(Folder, Versions.ProcessorFolder);
        Directory.CreateDirectory(target);
        foreach (var report in reports)
            File.Copy(report, Path.Combine(target, Path.GetFileName(report)), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(target, "Versions.txt"), Versions.Text);
        Console.WriteLine($"{reports.Length} reports recorded in {Path.GetRelativePath(Root, target)}");
        return 0;
    }
}
