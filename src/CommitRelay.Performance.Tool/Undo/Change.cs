using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>
/// A command's change while it is made: each file is kept before it is touched, and told in the record. Once the command is done, the record tells what
/// it left, and what earlier changes had kept is freed. A crash leaves the record without that; what was kept is then still found.
/// </summary>
internal sealed class Change : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _folder;
    private readonly string _change;
    private readonly FileLock _lock;
    private readonly Dictionary<string, ChangedFile> _files = new(StringComparer.Ordinal);
    private readonly List<ChangedFolder> _folders = [];
    private readonly HashSet<string> _growing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _heads = new(StringComparer.Ordinal);
    private readonly FileStream _record;
    private ChangeHeader _header;

    private Change(string command, string folder, string keptIn, FileLock held)
    {
        (_folder, _lock) = (folder, held);
        var number = UndoFolder.NextNumber(folder, keptIn).ToString(CultureInfo.InvariantCulture);
        _change = Path.Combine(folder, UndoFolder.Name, number);
        _header = new ChangeHeader(command, Path.Combine(keptIn, UndoFolder.Name, number), false, _folders);
        Make(_change);
        _record = new FileStream(Path.Combine(_change, UndoFolder.RecordName), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        _record.Write(Header());
    }

    /// <summary>Whether no file has been kept yet.</summary>
    public bool IsEmpty => _files.Count == 0;

    /// <summary>Whether what earlier changes have kept goes at the end. Default true.</summary>
    public bool FreesEarlier { get; set; } = true;

    /// <summary>Does a command's work; what it changes can be taken back.</summary>
    /// <param name="run">The command.</param>
    /// <param name="keeping">What becomes of the old files.</param>
    /// <param name="folder">The folder whose changes these are.</param>
    /// <param name="keptIn">Where the files come from, when that may be on another file system; null for <paramref name="folder"/>.</param>
    /// <param name="work">Gets null where nothing is kept.</param>
    /// <returns>The work's result, and how many bytes are kept; null where nothing is.</returns>
    public static async Task<(T Result, long? KeptBytes)> MakeAsync<T>(CommandRun run, Keeping keeping, string folder, string? keptIn, Func<Change?, Task<T>> work)
    {
        // Where there is no such folder, there is nothing that could be changed.
        if (keeping != Keeping.Old || !Directory.Exists(folder))
        {
            if (keeping == Keeping.Nothing)
                FreeUnlessInUse(folder);
            return (await work(null).ConfigureAwait(false), null);
        }

        using var change = await BeginAsync(run, folder, keptIn ?? folder).ConfigureAwait(false);
        try
        {
            var result = await work(change).ConfigureAwait(false);
            return (result, await change.EndAsync(run.Output).ConfigureAwait(false));
        }
        catch
        {
            await change.EndAsync(run.Output).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Keeps a file that is about to be changed, moved or removed; where there is none, tells that one is about to be made.</summary>
    /// <param name="path">The file; a link is followed.</param>
    /// <param name="group">What it belongs to; null for nothing else.</param>
    /// <param name="grows">Whether it is only appended to, so that keeping it takes no room.</param>
    /// <param name="earlier">What an undo that was cut short found there, and kept, before it changed the file; null for what is there now.</param>
    public void Keep(string path, string? group = null, bool grows = false, ChangedFile? earlier = null)
    {
        var full = UndoFolder.Resolved(path);
        if (_files.ContainsKey(full))
            return;
        var before = earlier is null ? FileMark.Of(full) : earlier.Before;
        var kept = before is null ? null : Path.Combine(_header.KeptFolder, _files.Count.ToString(CultureInfo.InvariantCulture));
        if (kept is not null)
        {
            Make(_header.KeptFolder);
            HardLink.Create(earlier?.Kept ?? full, kept);
        }

        var file = new ChangedFile(full, group ?? full, kept, before);
        _record.Write(Line(file));
        _files.Add(full, file);
        if (grows)
            _growing.Add(full);
    }

    /// <summary>Where a file is kept.</summary>
    public string? KeptOf(string path) => _files[UndoFolder.Resolved(path)].Kept;

    /// <summary>Tells that an edit of the library, which keeps what it replaces, is about to change a file.</summary>
    /// <param name="path">The file; a link is followed.</param>
    /// <param name="group">What it belongs to; null for nothing else.</param>
    /// <param name="earlier">As for <see cref="Keep"/>.</param>
    public void Edit(string path, string? group = null, ChangedFile? earlier = null)
    {
        var full = UndoFolder.Resolved(path);
        var file = new ChangedFile(full, group ?? full, null, earlier is null ? FileMark.Of(full) : earlier.Before, Edited: true);
        _record.Write(Line(file));
        _files.Add(full, file);
    }

    /// <summary>Tells of a file that was made.</summary>
    public void Made(string path, string? group = null)
    {
        var full = Path.GetFullPath(path);
        _files.TryAdd(full, new ChangedFile(full, group ?? full, null, null));
    }

    /// <summary>Tells that a log was cut, and by how many bytes at its beginning.</summary>
    public void Cut(string path, long head) => _heads[UndoFolder.Resolved(path)] = head;

    /// <summary>Tells of folders that may be removed once they are empty.</summary>
    public void KeepFoldersBelow(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return;
        foreach (var below in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (!below.Contains(UndoFolder.Prefix, StringComparison.Ordinal))
                _folders.Add(new ChangedFolder(below, (int)File.GetUnixFileMode(below)));
        }
    }

    public void Dispose()
    {
        _record.Dispose();
        _lock.Dispose();
    }

    private static async Task<Change> BeginAsync(CommandRun run, string folder, string keptIn)
    {
        try
        {
            foreach (var place in (string[])[folder, keptIn])
            {
                if (new DirectoryInfo(Path.Combine(place, UndoFolder.Name)).LinkTarget is not null)
                    throw new IOException($"{Path.Combine(place, UndoFolder.Name)}: this is a link");
            }

            Make(Path.Combine(folder, UndoFolder.Name));
            if (!OwnFolder.Is(Path.Combine(folder, UndoFolder.Name)))
                throw new IOException($"{Path.Combine(folder, UndoFolder.Name)}: others may write in this folder");
            var held = await FileLock.AcquireAsync(Path.Combine(folder, UndoFolder.Name, "change"), run.Time, run.Stop).ConfigureAwait(false);
            try
            {
                return new Change(run.CommandName, folder, keptIn, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{fault.Message.TrimEnd('.')}: what is changed could not be kept for undo, so nothing was{(run.CommandName == "undo" ? "" : "; --no-undo does without")}.", fault);
        }
    }

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <returns>How many bytes are kept that would be free otherwise.</returns>
    private async Task<long> EndAsync(Output output)
    {
        await _record.DisposeAsync().ConfigureAwait(false);
        var files = new List<ChangedFile>();
        foreach (var file in _files.Values.Select(file => file with { After = FileMark.Of(file.Path), Head = _heads.TryGetValue(file.Path, out var head) ? head : null }))
        {
            if (!file.IsUnchanged)
                files.Add(file.Edited ? file with { Kept = KeptFile.Find(file.Path)?.KeptPath } : file);
            else if (file.Kept is not null)
                File.Delete(file.Kept);
        }

        if (files.Count == 0)
        {
            UndoFolder.Delete(_change);
            return 0;
        }

        _header = _header with { Ended = true };
        var record = new ArrayBufferWriter<byte>();
        record.Write(Header());
        foreach (var file in files)
            record.Write(Line(file));

        if (await TryReplaceRecordAsync(record.WrittenMemory, output).ConfigureAwait(false) && FreesEarlier)
            Free(UndoFolder.Changes(_folder).Where(earlier => earlier != _change), [.. files.Select(static file => file.Kept).OfType<string>()]);
        var moved = files.Where(static file => file.Before is null).Select(static file => (file.Group, file.After)).ToHashSet();
        return files.Sum(file => file.Before is null || _growing.Contains(file.Path) || moved.Contains((file.Group, file.Before)) ? 0 : file.Before.Bytes);
    }

    /// <summary>Whole or not at all for whoever reads it; that it outlives a loss of power is not worth an fsync of every change.</summary>
    /// <returns>False when the disk is full. The change is made, and no failure: it is as one that was cut short at its end.</returns>
    private async Task<bool> TryReplaceRecordAsync(ReadOnlyMemory<byte> record, Output output)
    {
        var whole = Path.Combine(_change, UndoFolder.RecordName);
        try
        {
            await File.WriteAllBytesAsync(whole + ".new", record).ConfigureAwait(false);
            File.Move(whole + ".new", whole, overwrite: true);
            return true;
        }
        catch (IOException fault)
        {
            output.Say($"What the command left could not be noted, so undo may find that it cannot be taken back: {fault.Message}");
            return false;
        }
    }

    /// <summary>Frees what the last change kept. While another change is being made that is for it to do: what it keeps is still needed.</summary>
    private static void FreeUnlessInUse(string folder)
    {
        if (UndoFolder.Changes(folder) is not { Count: > 0 } changes || FileLock.TryAcquire(Path.Combine(folder, UndoFolder.Name, "change")) is not { } held)
            return;
        using (held)
            Free(changes, []);
    }

    private static void Free(IEnumerable<string> changes, HashSet<string> needed)
    {
        foreach (var earlier in changes)
        {
            try
            {
                UndoFolder.Delete(earlier, needed);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // The change is made; what is left over goes with the next one.
            }
        }
    }

    private byte[] Header() => [.. JsonSerializer.SerializeToUtf8Bytes(_header, UndoJson.Default.ChangeHeader), (byte)'\n'];

    private static byte[] Line(ChangedFile file) => [.. JsonSerializer.SerializeToUtf8Bytes(file, UndoJson.Default.ChangedFile), (byte)'\n'];
}

/// <summary>What becomes of the files that a command replaces, moves or removes.</summary>
internal enum Keeping
{
    /// <summary>They are kept until the next change.</summary>
    Old,

    /// <summary>They are gone, and what the last change kept goes first: what was before it cannot be taken back any more.</summary>
    Nothing,

    /// <summary>Nothing is changed.</summary>
    DryRun,
}
