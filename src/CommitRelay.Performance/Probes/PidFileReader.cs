using System.Globalization;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Probes;

/// <summary>Reads pid files. Real ones hold a number and a line feed; anything may lie there.</summary>
internal static class PidFileReader
{
    private const int LongestFile = 64;
    private static readonly TimeSpan Accuracy = TimeSpan.FromSeconds(2);

    internal static PidFile Check(string path, ProcessProbe probe, bool verified, DateTimeOffset now)
    {
        string text;
        DateTimeOffset written;
        try
        {
            FileState.ThrowIfSpecial(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> bytes = stackalloc byte[LongestFile];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            text = System.Text.Encoding.UTF8.GetString(bytes[..length]);
            written = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new PidFile(path, PidFileState.NoFile, null, "no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PidFile(path, PidFileState.Unreadable, null, e.Message);
        }

        return int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
            ? Judge(path, pid, written, probe, verified, now)
            : new PidFile(path, PidFileState.Unreadable, null, $"holds no process number but \"{Printable(text)}\"");
    }

    private static PidFile Judge(string path, int pid, DateTimeOffset written, ProcessProbe probe, bool verified, DateTimeOffset now)
    {
        if (!verified)
            return new PidFile(path, PidFileState.Unknown, null, Look.NotVerified);
        var process = probe.Find(pid);
        if (process is null)
            return new PidFile(path, PidFileState.Stale, null, $"no process {pid}");
        if (process.Uptime.TryGet(out var uptime) && now.AddSeconds(-uptime) > written + Accuracy)
            return new PidFile(path, PidFileState.Reused, process, $"process {pid} ({process.Name}) started after the file was written");
        return process.State is ProcessState.Zombie or ProcessState.Dead
            ? new PidFile(path, PidFileState.Zombie, process, $"process {pid} ({process.Name}) has ended, its parent has not asked how")
            : new PidFile(path, PidFileState.Alive, process, $"process {pid} ({process.Name})");
    }

    private static string Printable(string text)
        => string.Concat(text.Take(24).Select(static c => char.IsControl(c) ? '?' : c));
}
