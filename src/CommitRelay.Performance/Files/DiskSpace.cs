namespace CommitRelay.Performance.Files;

/// <summary>The room of a file system, in bytes.</summary>
/// <param name="Free">What this user can still write.</param>
/// <param name="Total">Its size.</param>
internal readonly record struct DiskSpace(long Free, long Total)
{
    /// <summary>The file system of a file or folder that exists.</summary>
    /// <exception cref="IOException">Nothing lies there, or the system does not tell.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not ask.</exception>
    public static DiskSpace Of(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (ArgumentException e)
        {
            // On Windows, a share without a drive letter.
            throw new IOException($"{path}: {e.Message}", e);
        }
    }
}
