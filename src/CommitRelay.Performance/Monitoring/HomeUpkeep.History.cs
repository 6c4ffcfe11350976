using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Monitoring;

/// <content>Packing the many small files of the hourly history.</content>
public sealed partial class HomeUpkeep
{
    private const int LargestHistoryFile = 16 * 1024 * 1024;

    /// <summary>
    /// Packs the snapshots of <c>history/hourly</c>, one a file, into <c>history/hourly-YYYY-MM.jsonl.gz</c>, one a line, by the month (UTC) of their name.
    /// </summary>
    /// <remarks>A snapshot is removed once the archive that holds it is on the disk. A file that is not valid JSON stays, and is in the report with its first error.</remarks>
    /// <param name="olderThan">How long ago a snapshot must be; zero or more.</param>
    /// <param name="cancellationToken">Stops before an archive is replaced.</param>
    /// <returns>What was packed and what was left alone.</returns>
    /// <exception cref="IOException">The disk is full or the file system failed; every snapshot lies in its file or in the archive.</exception>
    public async Task<UpkeepReport> PackHistoryAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        var report = Report("history");
        var before = report.At - olderThan;
        var months = FolderSweep.Files(Path.Combine(_home.History, "hourly"), static (name, _) => name.EndsWith(".json"u8), report, cancellationToken)
            .Select(static file => (File: file, At: InstantOf(file)))
            .Where(one => one.At <= before)
            .OrderBy(static one => one.At)
            .GroupBy(static one => one.At.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        foreach (var month in months)
            await PackAsync(Path.Combine(_home.History, $"hourly-{month.Key}.jsonl.gz"), month.Select(static one => one.File), report, cancellationToken).ConfigureAwait(false);
        return report;
    }

    private async Task PackAsync(string archive, IEnumerable<SweptFile> files, UpkeepReport report, CancellationToken cancellationToken)
    {
        // Left behind by an earlier run that was killed between archive and removal: already packed, so only removed.
        var packed = File.Exists(archive) ? await LinesAsync(archive, cancellationToken).ConfigureAwait(false) : [];
        var lines = new ArrayBufferWriter<byte>();
        var done = new List<(SweptFile File, FileState State)>();
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileState.TryOf(file.Path) is not { } state || Line(file, report) is not { } line || !FolderSweep.IsAtRest(file.Path, report))
                continue;
            done.Add((file, state));
            if (!packed.Add(Convert.ToHexString(SHA256.HashData(line))))
                continue;
            lines.Write(line);
            lines.Write("\n"u8);
        }

        foreach (var (file, _) in done)
            report.Announce(UpkeepAction.Packed, file.Path, file.Bytes, archive);
        if (!_dryRun && lines.WrittenCount > 0)
            await AtomicFile.WriteAsync(archive, (stream, token) => AppendAsync(archive, stream, lines.WrittenMemory, token), cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var (file, state) in done)
        {
            // Written again since it was read: the archive has its old text only.
            if (FileState.TryOf(file.Path) == state)
                FolderSweep.TryDelete(file, report, UpkeepAction.Packed, archive);
        }
    }

    /// <summary>The old archive's bytes, and the new lines as one more gzip member.</summary>
    private static async Task AppendAsync(string archive, Stream target, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (File.Exists(archive))
        {
            var old = File.OpenRead(archive);
            await using var oldOwner = old.ConfigureAwait(false);
            await old.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }

        var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        await using var owner = gzip.ConfigureAwait(false);
        await gzip.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<HashSet<string>> LinesAsync(string archive, CancellationToken cancellationToken)
    {
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            hashes.Add(Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line))));
        return hashes;
    }

    private static byte[]? Line(in SweptFile file, UpkeepReport report)
    {
        try
        {
            if (file.Bytes > LargestHistoryFile)
            {
                report.Skip(file.Path, $"{file.Bytes} bytes are no hourly snapshot");
                return null;
            }

            var json = File.ReadAllBytes(file.Path);
            if (JsonValidator.FirstError(json) is >= 0 and var error)
            {
                report.Skip(file.Path, $"not valid JSON from byte {error} on");
                return null;
            }

            var line = new ArrayBufferWriter<byte>(json.Length + 1);
            JsonLine.Write(json, line);
            return line.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(file.Path, e.Message);
            return null;
        }
    }

    private static DateTimeOffset InstantOf(SweptFile file)
        => Instants.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var named) ? named : file.Written;
}
