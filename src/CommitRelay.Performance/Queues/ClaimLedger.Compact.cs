using System.Buffers;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <content>Keeping the ledger short.</content>
internal sealed partial class ClaimLedger
{
    /// <summary>Below this many lines a compaction is not worth its two fsyncs.</summary>
    private const int FewLines = 4000;
    private const int LinesPerRecord = 3;
    private const int WriteBytes = 256 * 1024;

    private long _compactAbove = FewLines;

    /// <summary>Whether most lines say what later lines have overtaken.</summary>
    internal bool IsCompactionDue => _lines > _compactAbove && _lines > (long)LinesPerRecord * Records.Count;

    /// <summary>
    /// Writes the ledger anew, a line a task, and puts it in the old one's place: a crash leaves the one or the other. Others notice at their next turn.
    /// Tasks that are gone from the queue file, and of which nothing is awaited, are forgotten after <paramref name="retention"/>.
    /// Where it fails (a full disk), the ledger stays as it is: long, and whole.
    /// </summary>
    internal void Compact(TimeSpan retention)
    {
        var now = time.GetUtcNow();
        var kept = Records.Where(record => record.Slot is { IsInFile: true } || record.IsMissingFromFile || record.At >= now - retention || record.Until > now).ToList();
        try
        {
            Replace(kept);
            _compactAbove = FewLines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _compactAbove = _lines + FewLines;
        }
    }

    private void Replace(List<LedgerRecord> kept)
    {
        using (var draft = FileDraft.Create(path, null))
        {
            Write(draft, kept);
            draft.Replace();
        }

        FaultPoint.Pass("open ledger");
        var opened = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _handle!.Dispose();
        _handle = opened;
        _opened = FileState.Of(_handle, path);
        _end = _opened.Length;
        _lines = kept.Count;
        Records.Clear();
        kept.ForEach(Records.Add);
    }

    private void Write(FileDraft draft, List<LedgerRecord> records)
    {
        var output = new ArrayBufferWriter<byte>(WriteBytes);
        var position = 0L;
        LedgerFormat.WriteHeader(output, _lastFence);
        foreach (var record in records)
        {
            LedgerFormat.Write(output, record.ToLine());
            if (output.WrittenCount > WriteBytes / 2)
                position += WriteOut(draft, output, position);
        }

        WriteOut(draft, output, position);
    }

    private static int WriteOut(FileDraft draft, ArrayBufferWriter<byte> output, long position)
    {
        FaultPoint.Pass("write ledger");
        RandomAccess.Write(draft.Handle, output.WrittenSpan, position);
        var written = output.WrittenCount;
        output.ResetWrittenCount();
        return written;
    }
}
