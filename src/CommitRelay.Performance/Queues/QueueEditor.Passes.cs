using System.Buffers;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <content>The passes: a scan finds what changes, a copy follows it and leaves all else as it stands.</content>
public partial class QueueEditor
{
    /// <summary>Told of each match; decides whether it goes. False keeps it.</summary>
    private protected delegate bool Removal(ElementScan scan, ReadOnlySpan<byte> element);

    private protected int Rewrite(FileSnapshot source, SafeFileHandle output, JsonFilter filter, ElementRewrite rewrite, string? singleId, CancellationToken cancellationToken)
    {
        using var scan = new ElementScan(source, Options.Queue, filter);
        using var copy = new PatchedCopy(source.Handle, output, cancellationToken);
        var text = new ArrayBufferWriter<byte>();
        var offsets = new List<long>();
        var changed = 0;
        while (scan.MoveNext())
        {
            if (!scan.IsMatch)
                continue;
            Check(scan);
            offsets.Add(scan.Offset);
            text.ResetWrittenCount();
            if (!rewrite(scan.Element, text))
                continue;
            if (JsonValidator.FirstError(text.WrittenSpan) is >= 0 and var error)
                throw new InvalidOperationException($"The new text of the task at byte {scan.Offset} is no valid JSON: byte {error} of it. The file is unchanged.");
            copy.Apply(new FilePatch(scan.Offset, scan.Element.Length, text.WrittenMemory));
            changed++;
        }

        if (singleId is not null)
            ThrowUnlessSingle(source.Path, singleId, offsets);
        Finish(source, copy, changed);
        return changed;
    }

    private protected int Remove(FileSnapshot source, SafeFileHandle output, JsonFilter filter, Removal remove, CancellationToken cancellationToken)
    {
        using var scan = new ElementScan(source, Options.Queue, filter);
        using var copy = new PatchedCopy(source.Handle, output, cancellationToken);
        long first = -1, keptEnd = -1;
        var removed = 0;
        while (scan.MoveNext())
        {
            if (first < 0)
                first = scan.Offset;
            if (IsRemoved(scan, remove))
            {
                removed++;
                if (keptEnd >= 0)
                    copy.Leave(keptEnd, scan.End);
                continue;
            }

            // The first task that stays takes the place of the first one that was there.
            if (keptEnd < 0)
                copy.Leave(first, scan.Offset);
            keptEnd = scan.End;
        }

        if (keptEnd < 0 && removed > 0)
            copy.Leave(scan.ArrayStart, scan.ArrayEnd);
        Finish(source, copy, removed);
        return removed;
    }

    private int Append(FileSnapshot source, SafeFileHandle output, IReadOnlyList<ReadOnlyMemory<byte>> tasks, CancellationToken cancellationToken)
    {
        using var scan = new ElementScan(source, Options.Queue);
        while (scan.MoveNext())
        {
        }

        var style = ArrayStyle.Of(source, scan.ArrayStart, scan.ArrayEnd);
        var text = new ArrayBufferWriter<byte>();
        for (var i = 0; i < tasks.Count; i++)
            style.WriteElement(tasks[i].Span, style.IsEmpty && i == 0, text);
        text.Write(style.BeforeClosing.Span);
        if (tasks.Count > 0)
            PatchedCopy.Write(source, output, [new FilePatch(style.InsertAt, style.Replaced, text.WrittenMemory)], cancellationToken);
        return tasks.Count;
    }

    private static bool IsRemoved(ElementScan scan, Removal remove)
    {
        if (!scan.IsMatch)
            return false;
        Check(scan);
        return remove(scan, scan.Element);
    }

    /// <summary>What is changed or taken out must be what a full parse would make of it.</summary>
    private static void Check(ElementScan scan)
    {
        if (JsonValidator.FirstError(scan.Element) is >= 0 and var error)
            scan.Report(error, "valid JSON");
    }

    private static void Finish(FileSnapshot source, PatchedCopy copy, int changed)
    {
        if (changed == 0)
            return;
        copy.CopyTo(source.Identity.Length);
        copy.Flush();
    }

    private static void ThrowUnlessSingle(string path, string id, List<long> offsets)
    {
        if (offsets.Count == 0)
            throw new KeyNotFoundException($"{path}: no task has the id '{id}'.");
        if (offsets.Count > 1)
            throw new RepeatedIdException(path, id, offsets);
    }
}
