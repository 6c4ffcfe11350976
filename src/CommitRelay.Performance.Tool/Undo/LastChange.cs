using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>A file that is left as it is, and why.</summary>
internal sealed record LeftFile(string File, string Reason);

/// <summary>The last change that was kept, and how it is taken back: group by group, each only where nobody wrote since.</summary>
internal sealed class LastChange
{
    private const int CopyBytes = 256 * 1024;
    private readonly string _folder;
    private readonly ChangeRecord _record;

    // What an undo of this change that was cut short found before it changed it, by path.
    private readonly Dictionary<string, ChangedFile> _cutShort;

    private LastChange(string folder, ChangeRecord record, Dictionary<string, ChangedFile> cutShort) => (_folder, _record, _cutShort) = (folder, record, cutShort);

    public string Command => _record.Header.Command;

    public DateTimeOffset At => new(_record.At, TimeSpan.Zero);

    public IReadOnlyList<ChangedFile> Files => _record.Files;

    /// <summary>The last change kept in a folder; null when there is none. An undo that was cut short is taken up again.</summary>
    public static LastChange? Find(string folder)
    {
        var cutShort = new Dictionary<string, ChangedFile>(StringComparer.Ordinal);
        foreach (var record in UndoFolder.Changes(folder).Select(UndoFolder.TryRead).OfType<ChangeRecord>())
        {
            if (record.Header.Ended)
                return new LastChange(folder, record, cutShort);
            if (record.Header.Command != "undo")
                return new LastChange(folder, record with { Files = WhatWasMoved(record) }, cutShort);
            foreach (var file in record.Files)
                cutShort[file.Path] = file;
        }

        return null;
    }

    /// <summary>What cannot be put back, with reasons; the rest of its group is left with it.</summary>
    public IReadOnlyList<LeftFile> Check() => Check(Files);

    /// <summary>Takes the change back. What that takes away is kept in turn.</summary>
    /// <returns>How many files were put back or removed, and which were left.</returns>
    public async Task<(int Done, IReadOnlyList<LeftFile> Left)> UndoAsync(CommandRun run)
    {
        var left = new List<LeftFile>();
        var (done, _) = await Change.MakeAsync(run, Keeping.Old, _folder, Path.GetDirectoryName(Path.GetDirectoryName(_record.Header.KeptFolder)), async change =>
        {
            var count = 0;
            foreach (var group in Files.GroupBy(static file => file.Group).Select(Enumerable.ToList).Reverse())
            {
                run.Stop.ThrowIfCancellationRequested();
                count += await UndoAsync(group, change!, left, run.Stop).ConfigureAwait(false);
            }

            change!.FreesEarlier = left.Count == 0;
            return count;
        }).ConfigureAwait(false);
        return (done, left);
    }

    private List<LeftFile> Check(IEnumerable<ChangedFile> files)
    {
        var left = new List<LeftFile>();
        foreach (var file in files)
        {
            if (Fault(file) is { } reason)
                left.Add(new LeftFile(file.Path, reason));
        }

        return left;
    }

    private async Task<int> UndoAsync(List<ChangedFile> group, Change change, List<LeftFile> left, CancellationToken stop)
    {
        var faults = Check(group);
        if (faults.Count > 0)
        {
            left.AddRange(faults);
            return 0;
        }

        var done = 0;
        try
        {
            foreach (var file in group)
            {
                var earlier = ChangedByCutShort(file);
                if (file.Edited)
                    change.Edit(file.Path, file.Group, earlier);
                else
                    change.Keep(file.Path, file.Group, earlier: earlier);
                done += earlier is not null && file.Before is not null ? 1 : 0;
            }

            // What was there comes back first, in the reverse order; what was made goes once nothing is missing without it.
            foreach (var file in Enumerable.Reverse(group).Where(file => file.Before is not null && !IsBack(file)))
            {
                if (!await PutBackAsync(WholeLog(group, file), change, stop).ConfigureAwait(false))
                    throw new IOException("Somebody wrote the file since.");
                done++;
            }

            foreach (var file in group.Where(static file => file.Before is null && FileMark.Of(file.Path) is { } now && now == file.After))
            {
                File.Delete(file.Path);

                // A file that is back at its old place counts once.
                done += group.Exists(static other => other.Before is not null) ? 0 : 1;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            left.Add(new LeftFile(group[0].Path, fault.Message));
        }

        return done;
    }

    /// <summary>What a command that was cut short has left for sure: a file that it moved, as it was.</summary>
    private static List<ChangedFile> WhatWasMoved(ChangeRecord record)
    {
        if (record.Header.Command == "events roll")
            return [.. record.Files.SelectMany(WhatWasRolled)];
        var marks = record.Files.Where(static file => file.Before is not null).Select(static file => (file.Group, file.Before)).ToHashSet();
        return [.. record.Files.Select(file => file.Before is null && marks.Contains((file.Group, FileMark.Of(file.Path))) ? file with { After = FileMark.Of(file.Path) } : file)];
    }

    /// <summary>The record does not tell yet what the rolled part is called: it is the file itself, under another name.</summary>
    private static IEnumerable<ChangedFile> WhatWasRolled(ChangedFile log)
    {
        var part = log.Kept is null || AreSame(log.Path, log.Kept) ? null : RolledParts.Find(log.Path).FirstOrDefault(part => AreSame(part, log.Kept));
        if (part is null || FileMark.Of(part) is not { } mark)
            return [log];
        return [log with { Head = mark.Bytes }, new ChangedFile(part, log.Group, null, null, mark)];
    }

    /// <summary>Two names of one file always look alike, and two files hardly ever.</summary>
    private static bool AreSame(string path, string other) => FileMark.Of(path) is { } mark && mark == FileMark.Of(other);

    /// <summary>What was at a file's place before an undo that was cut short changed it; null when it has not.</summary>
    private ChangedFile? ChangedByCutShort(ChangedFile file)
    {
        if (!_cutShort.TryGetValue(file.Path, out var found))
            return null;
        var isThere = found.Kept is { } kept ? AreSame(file.Path, kept) : FileMark.Of(file.Path) == found.Before;
        return isThere ? null : found;
    }

    /// <summary>Whether a file is what it was before the change, or an undo that was cut short has put it back; a log may have grown since.</summary>
    private bool IsBack(ChangedFile file)
    {
        var now = FileMark.Of(file.Path);
        if (now == file.Before)
            return true;
        if (now is null || file.Edited || file.Kept is null || !File.Exists(file.Kept) || ChangedByCutShort(file) is null)
            return false;
        using var kept = File.OpenRead(file.Kept);
        using var found = File.OpenRead(file.Path);
        var length = file.Head ?? file.Before!.Bytes;
        return (file.Head is not null ? found.Length >= length : found.Length == length) && BeginAlike(kept, found, length);
    }

    private static bool BeginAlike(FileStream one, FileStream other, long length)
    {
        var (expected, found) = (new byte[CopyBytes], new byte[CopyBytes]);
        for (int step; length > 0; length -= step)
        {
            step = (int)Math.Min(CopyBytes, length);
            if (one.ReadAtLeast(expected.AsSpan(0, step), step, throwOnEndOfStream: false) < step || other.ReadAtLeast(found.AsSpan(0, step), step, throwOnEndOfStream: false) < step || !expected.AsSpan(0, step).SequenceEqual(found.AsSpan(0, step)))
                return false;
        }

        return true;
    }

    /// <summary>A log that was rolled, with all that the part holds which goes with it: somebody may have appended until the command had looked at it.</summary>
    private static ChangedFile WholeLog(List<ChangedFile> group, ChangedFile log)
        => log is { Head: not null, Kept: not null } && group.Find(part => part.Before is null && AreSame(part.Path, log.Kept)) is { After: { } mark } ? log with { Head = mark.Bytes } : log;

    /// <summary>What an edit replaced; not what an undo of it, which was cut short, has taken away in turn.</summary>
    private static KeptFile? EditOf(ChangedFile file) => KeptFile.Find(file.Path) is { } edit && (file.Kept is null || file.Kept == edit.KeptPath) ? edit : null;

    /// <summary>Why a file cannot be put back; null when it can.</summary>
    private string? Fault(ChangedFile file)
    {
        const string written = "Somebody wrote the file since; it is left as it is.";
        if (IsBack(file))
            return null;
        var now = FileMark.Of(file.Path);
        if (now is { IsLink: true })
            return "A link lies in its place.";
        if (file.Edited)
            return EditOf(file) is { CanPutBack: true } ? null : written;
        if (file.Kept is { } kept && !File.Exists(kept))
            return "What was kept of it is gone.";
        if (file.Kept is not null && IsBehindLink(file.Path))
            return "A folder on the way to it is a link.";
        if (!_record.Header.Ended && file is { After: null, Head: null })
            return now is null ? null : $"The command was cut short, so it is not known who wrote the file since{(file.Kept is null ? "" : $"; what it was is kept as {file.Kept}")}.";
        if (file.Head is not null)
            return now is null && file.After is not null ? "The file is gone." : null;
        return now == file.After ? null : now is null ? "The file is gone." : written;
    }

    private async Task<bool> PutBackAsync(ChangedFile file, Change change, CancellationToken stop)
    {
        if (file.Edited)
            return EditOf(file) is { } edit && await edit.PutBackAsync(stop).ConfigureAwait(false);
        if (FileMark.Of(file.Path) is null)
        {
            MakeFolders(Path.GetDirectoryName(file.Path)!);
            HardLink.Create(file.Kept!, file.Path);
            return true;
        }

        var kept = File.OpenRead(file.Kept!);
        await using var owner = kept.ConfigureAwait(false);
        var copied = -1L;
        var isBack = await AtomicFile.EditAsync(file.Path, async (now, target, token) =>
        {
            if (file.Head is { } head)
            {
                if (!await GoesOnAsync(kept, file, now, token).ConfigureAwait(false))
                    return false;
                kept.Position = now.Position = 0;
                await CopyAsync(kept, target, head, token).ConfigureAwait(false);
                await now.CopyToAsync(target, token).ConfigureAwait(false);
                copied = now.Position;
                return true;
            }

            if (FileMark.Of(file.Path) != file.After)
                return false;
            kept.Position = 0;
            await CopyAsync(kept, target, file.Before!.Bytes, token).ConfigureAwait(false);
            return true;
        }, cancellationToken: stop).ConfigureAwait(false);
        if (isBack && copied >= 0)
            await CarryOverAsync(change.KeptOf(file.Path)!, copied, file.Path, stop).ConfigureAwait(false);
        return isBack;
    }

    /// <summary>A writer that takes no lock may have appended to the old file until it was replaced: its lines follow.</summary>
    private static async Task CarryOverAsync(string replaced, long from, string log, CancellationToken stop)
    {
        if (new FileInfo(replaced).Length <= from)
            return;
        using var late = new StreamReader(replaced);
        late.BaseStream.Position = from;
        var writer = new EventWriter(log);
        await using var owner = writer.ConfigureAwait(false);
        while (await late.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
            writer.WriteLine(Encoding.UTF8.GetBytes(line));
    }

    /// <summary>Whether a log begins with what stood behind the head that was cut off: then it is the same log, whatever was appended since.</summary>
    private static async Task<bool> GoesOnAsync(Stream kept, ChangedFile file, Stream now, CancellationToken stop)
    {
        var left = file.After?.Bytes ?? 0;
        if (now.Length < left)
            return false;
        var length = (int)Math.Min(CopyBytes, Math.Max(0, Math.Min(file.Before!.Bytes - file.Head!.Value, left)));
        var (expected, found) = (new byte[length], new byte[length]);
        kept.Position = file.Head.Value;
        now.Position = 0;
        await kept.ReadExactlyAsync(expected, stop).ConfigureAwait(false);
        await now.ReadExactlyAsync(found, stop).ConfigureAwait(false);
        return expected.AsSpan().SequenceEqual(found);
    }

    private static async Task CopyAsync(Stream from, Stream to, long bytes, CancellationToken stop)
    {
        var buffer = new byte[CopyBytes];
        while (bytes > 0)
        {
            var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes)), stop).ConfigureAwait(false);
            if (read == 0)
                throw new IOException("What was kept is shorter than it was.");
            await to.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
            bytes -= read;
        }
    }

    private void MakeFolders(string folder)
    {
        if (Directory.Exists(folder))
            return;
        MakeFolders(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows() && _record.Header.Folders.FirstOrDefault(known => known.Path == folder) is { } was)
            File.SetUnixFileMode(folder, (UnixFileMode)was.Mode);
    }

    /// <summary>Nobody must lead what is put back elsewhere by a link put in the way, below the folder that it is kept in.</summary>
    private bool IsBehindLink(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && !_record.Header.KeptFolder.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal); folder = Path.GetDirectoryName(folder))
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return true;
        }

        return false;
    }
}
