using System.Buffers;
using System.Text.Json;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// The truth of leases, attempts, delays and completion: lines appended to a file beside the queue, by every worker, under the file's lock.
/// Who holds the lock first reads what others appended, so that all memories agree; what a dead writer left half-written is cut off.
/// </summary>
/// <remarks>Not thread-safe. Lines are visible to others from <see cref="Append"/> on, and durable from <see cref="Flush"/> on.</remarks>
internal sealed partial class ClaimLedger(string path, TimeProvider time, Action<JsonFormatException> onDamage) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _staged = new();
    private SafeFileHandle? _handle;
    private FileState _opened;
    private long _end;
    private long _lines;
    private long _lastFence;

    internal string Path => path;

    internal LedgerRecords Records { get; } = new();

    /// <summary>Whether others have written since; needs no lock, so it may be out of date at once.</summary>
    internal bool IsBehind => FileState.TryOf(path) is { } now && (IsAnother(now) || now.Length > _end);

    /// <summary>Where the ledger of a queue lies.</summary>
    internal static string PathFor(string queuePath, string? ledgerPath)
        => ledgerPath is null ? queuePath + ".claims" : AtomicFile.ResolveLink(System.IO.Path.GetFullPath(ledgerPath));

    /// <summary>Takes the lock under which everything else here is called.</summary>
    internal ValueTask<FileLock> LockAsync(CancellationToken cancellationToken) => AtomicFile.LockAsync(path, cancellationToken);

    /// <summary>Reads what others have appended.</summary>
    /// <param name="changed">Told of each record that changed.</param>
    /// <returns>True when the file is another one than before, so that all records are new objects.</returns>
    internal bool CatchUp(Action<LedgerRecord> changed)
    {
        var reloaded = FileState.TryOf(path) is not { } now || IsAnother(now);
        if (reloaded)
            Open();
        var length = RandomAccess.GetLength(_handle!);
        if (length > _end)
            ReadLines(length, reloaded ? null : changed);
        return reloaded;
    }

    /// <summary>The fence of the next claim.</summary>
    internal long NextFence() => _lastFence + 1;

    /// <summary>Makes a line's change in memory and keeps the line for <see cref="Append"/>.</summary>
    internal LedgerRecord Stage(in LedgerLine line)
    {
        if (_end == 0 && _staged.WrittenCount == 0)
            LedgerFormat.WriteHeader(_staged, _lastFence);
        LedgerFormat.Write(_staged, line);
        _lines++;
        return Apply(line);
    }

    /// <summary>Writes the staged lines in one write. When it fails, the file is as before and the memory is read anew at the next <see cref="CatchUp"/>.</summary>
    /// <returns>False when nothing was staged.</returns>
    internal bool Append()
    {
        if (_staged.WrittenCount == 0)
            return false;
        try
        {
            FaultPoint.Pass("append ledger");
            RandomAccess.Write(_handle!, _staged.WrittenSpan, _end);
            _end += _staged.WrittenCount;
            return true;
        }
        catch
        {
            CutOff(_end);
            Forget();
            throw;
        }
        finally
        {
            _staged.ResetWrittenCount();
        }
    }

    /// <summary>Makes all lines appended so far durable, by whomever.</summary>
    internal void Flush()
    {
        FaultPoint.Pass("fsync ledger");
        RandomAccess.FlushToDisk(_handle!);
    }

    /// <summary>Drops what is in memory: it may say more than the file.</summary>
    internal void Forget()
    {
        _staged.ResetWrittenCount();
        _handle?.Dispose();
        _handle = null;
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>Whether a file is not the one in memory, or no longer holds what was read of it.</summary>
    private bool IsAnother(in FileState now) => _handle is null or { IsClosed: true } || !now.IsSameFile(_opened) || now.Length < _end;

    private void Open()
    {
        _handle?.Dispose();
        Records.Clear();
        _end = _lines = 0;
        FaultPoint.Pass("open ledger");
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _opened = FileState.Of(_handle, path);

        // Fences must grow even when somebody deletes the ledger.
        _lastFence = FenceOfNow();

        // Before a line stands in it: so whoever finds one need not ask whether the file's name is durable.
        if (_opened.Length == 0)
        {
            FaultPoint.Pass("fsync folder");
            AtomicFile.FlushFolder(System.IO.Path.GetDirectoryName(path)!);
        }
    }

    private void ReadLines(long length, Action<LedgerRecord>? changed)
    {
        _end = LedgerLines.Read(_handle!, _end, length, (text, offset) => ReadLine(text, offset, changed), out var isTorn);

        // Under the lock nobody else writes: a last line without its end was left by a writer that died, and was acknowledged to nobody.
        if (isTorn)
            CutOff(_end);
    }

    private void ReadLine(ReadOnlySpan<byte> text, long offset, Action<LedgerRecord>? changed)
    {
        _lines++;
        try
        {
            if (LedgerFormat.TryRead(text, out var line, out var headerFence))
            {
                var record = Apply(line);
                changed?.Invoke(record);
            }
            else if (headerFence is { } fence)
            {
                _lastFence = offset == 0 ? fence : Math.Max(_lastFence, fence);
            }
        }
        catch (JsonException damage)
        {
            // The line may have held the largest fence.
            _lastFence = Math.Max(_lastFence, FenceOfNow());
            onDamage(new JsonFormatException(path, offset, _lines, 1, "a line of the ledger of claims; it is passed over. " + damage.Message, null, damage));
        }
    }

    private LedgerRecord Apply(in LedgerLine line)
    {
        var record = Records.GetOrAdd(line.Identity);
        record.Apply(line);
        _lastFence = Math.Max(_lastFence, line.Fence);
        return record;
    }

    /// <summary>The clock in microseconds: fences, counted up by one, could overtake it only at a million claims a second.</summary>
    private long FenceOfNow() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private void CutOff(long length)
    {
        try
        {
            FaultPoint.Pass("truncate ledger");
            RandomAccess.SetLength(_handle!, length);
        }
        catch (IOException)
        {
            // Then the next holder of the lock cuts it off.
        }
    }
}
