namespace CommitRelay.Performance.Monitoring;

/// <content>Emptying a cache folder that is named in full.</content>
public sealed partial class HomeUpkeep
{
    /// <summary>Deletes all that lies in a folder; the folder stays.</summary>
    /// <param name="folder">The folder, in full, inside the home or outside. Not a root, not the home, not anything that the home lies in, not a link.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What was deleted and what was left alone.</returns>
    /// <exception cref="ArgumentException">The folder is not named in full, or is one of those that must not be emptied.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public UpkeepReport ClearCache(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Path.IsPathFullyQualified(folder))
            throw new ArgumentException($"{folder}: name the folder in full, from the root on.", nameof(folder));
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Forbidden(full) is { } reason)
            throw new ArgumentException($"{folder}: {reason}.", nameof(folder));
        if (!Directory.Exists(full))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
        var report = Report("cache");
        FolderSweep.Delete(full, static (_, _) => true, report, cancellationToken);
        if (!_dryRun)
            RemoveEmptyFolders(full);
        return report;
    }

    private string? Forbidden(string folder)
    {
        if (Path.GetPathRoot(folder) == folder)
            return "this is the root";

        // Where the path really leads: a link on the way to it must not hide the home.
        var real = RealPath(folder);
        if (real != folder && new DirectoryInfo(folder).LinkTarget is not null)
            return "this is a link";
        foreach (var precious in (string[])[_home.Root, _home.Coordination, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)])
        {
            if (precious.Length > 0 && (RealPath(precious) + Path.DirectorySeparatorChar).StartsWith(real + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return $"{precious} lies in it";
        }

        return null;
    }

    private static string RealPath(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null)
            return path;
        var here = new DirectoryInfo(path);
        return here.LinkTarget is null
            ? Path.Combine(RealPath(parent), here.Name)
            : RealPath(here.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
    }

    private static void RemoveEmptyFolders(string folder)
    {
        foreach (var below in new DirectoryInfo(folder).EnumerateDirectories().Where(static directory => directory.LinkTarget is null))
        {
            try
            {
                RemoveEmptyFolders(below.FullName);
                below.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not empty: what stays in it is in the report.
            }
        }
    }
}
