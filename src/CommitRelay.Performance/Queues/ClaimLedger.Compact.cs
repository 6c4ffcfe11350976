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

    /// <summary>Whether most lines say what later lines have overtaken.</summary>
    internal bool IsCompactionDue => _lines > FewLines && _lines > (long)LinesPerRecord * Records.Count;

    /// <summary>
    /// Writes the ledger anew, a line a task, and puts it in the old one's place: a crash leaves the one or the other. Others notice at their next turn.
    /// Finished tasks that are gone from the queue file are forgotten after <paramref name="retention"/>.
    /// </summary>
    internal void Compact(TimeSpan retention)
    {
        var forgetBefore = time.GetUtcNow() - retention;
        var kept = Records.Where(record => record.Slot is { IsInFile: true } || !record.IsFinished || record.At >= forgetBefore).ToList();
        using (var draft = FileDraft.Create(path, null))
        {
            Write(draft, kept);
            FaultPoint.Pass("replace ledger");
            draft.Replace();
        }

        Records.Clear();
        kept.ForEach(Records.Add);
        _handle!.Dispose();
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _opened = FileIdentity.Of(_handle);
        _end = _opened.Length;
        _lines = kept.Count;
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
        RandomAccess.Write(draft.Handle, output.WrittenSpan, position);
        var written = output.WrittenCount;
        output.ResetWrittenCount();
        return written;
    }
}
