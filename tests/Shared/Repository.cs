using System.Reflection;

namespace CommitRelay.Performance.TestHelpers;

/// <summary>Where things lie: the repository, and the shared material beside it that a user's clone lacks.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The shared material beside the repository, or null.</summary>
    public static string? Shared { get; } = Directory.Exists(Path.Combine(Root, "..", "shared", "corpus")) ? Path.GetFullPath(Path.Combine(Root, "..", "shared")) : null;

    /// <summary>The real home of the corpus; only in tests marked <see cref="SharedFactAttribute"/>. Copy it before writing.</summary>
    public static string CorpusHome => Path.Combine(Shared!, "corpus", "home");

    /// <summary>How much more the kill, fuzz and soak tests do: 0 in CI (a few rounds each), or COMMITRELAY_SOAK.</summary>
    public static int Soak { get; } = int.TryParse(Environment.GetEnvironmentVariable("COMMITRELAY_SOAK"), out var n) ? n : 0;

    /// <summary>Copies a folder; files in it become writable.</summary>
    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo)
            {
                CopyFolder(entry.FullName, target);
                continue;
            }

            File.WriteAllBytes(target, File.ReadAllBytes(entry.FullName));
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CommitRelay.Performance.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
