using System.Buffers;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Files;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Json;

/// <summary>Sets or removes one member of a JSON file: settings, budgets. All other bytes stay.</summary>
/// <remarks>
/// Thread-safe; under the file's <see cref="FileLock"/>, replaced atomically and durably, and done again when a writer that knows no lock replaced the file meanwhile.
/// The file is read into memory.
/// </remarks>
public static class JsonMemberEditor
{
    /// <summary>Sets a member, or an array item.</summary>
    /// <param name="file">The file; a symbolic link is followed.</param>
    /// <param name="path">Which: <c>services.max_workers_per_master</c>, <c>limits[0]</c>, <c>worker_types[?@.type_id=='scan-worker'].budget</c>.</param>
    /// <param name="value">The new value as JSON, such as <c>"text"</c> with the quotes, <c>7</c> or <c>null</c>.</param>
    /// <param name="create">Whether a missing member, and missing objects on the way to it, are made, in the style of their neighbours. Default false.</param>
    /// <param name="keepReplaced">Whether the replaced file stays beside the new one for an undo: <see cref="KeptFile"/>. Default false.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when the value stood there already; the file is then left alone.</returns>
    /// <exception cref="KeyNotFoundException">There is nothing at the path, and it was not to be made or could not.</exception>
    /// <exception cref="ArgumentException">The value is no JSON.</exception>
    /// <exception cref="JsonFormatException">The file does not hold one JSON value; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public static Task<bool> SetAsync(string file, JsonPath path, string value, bool create = false, bool keepReplaced = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = Checked(value);
        return EditAsync(file, path, (json, found) =>
        {
            if (found >= 0)
                return Replace(json, found, bytes);
            var text = new ArrayBufferWriter<byte>(json.Length + bytes.Length + 256);
            return create && JsonMemberPatch.TrySet(json, path.Segments, bytes, create, text)
                ? new FilePatch(0, json.Length, text.WrittenMemory)
                : throw new KeyNotFoundException($"{file}: there is nothing at {path}.");
        }, keepReplaced, cancellationToken);
    }

    /// <summary>Removes a member, or an array item.</summary>
    /// <param name="file">The file; a symbolic link is followed.</param>
    /// <param name="path">Which.</param>
    /// <param name="keepReplaced">Whether the replaced file stays beside the new one for an undo: <see cref="KeptFile"/>. Default false.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when there was nothing at the path.</returns>
    /// <exception cref="JsonFormatException">The file does not hold one JSON value; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public static Task<bool> RemoveAsync(string file, JsonPath path, bool keepReplaced = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EditAsync(file, path, (json, found) =>
        {
            var text = new ArrayBufferWriter<byte>(json.Length + 1);
            return found >= 0 && JsonMemberPatch.TryRemove(json, path.Segments, text) ? new FilePatch(0, json.Length, text.WrittenMemory) : null;
        }, keepReplaced, cancellationToken);
    }

    /// <summary>A value's bytes.</summary>
    /// <exception cref="ArgumentException">It is no JSON.</exception>
    internal static byte[] Checked(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        var bytes = Encoding.UTF8.GetBytes(value);
        return JsonValidator.FirstError(bytes) < 0 ? bytes : throw new ArgumentException($"The value {value} is no JSON; a text needs its quotes.", nameof(value));
    }

    internal static bool Has(ReadOnlySpan<byte> json, JsonPath path, ReadOnlySpan<byte> value)
        => JsonPath.TryFind(json, path.Segments, out var start) && json[start..JsonText.SkipValue(json, start)].SequenceEqual(value);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Says what to write where; null for nothing.</summary>
    private delegate FilePatch? Change(ReadOnlySpan<byte> json, int found);

    private static FilePatch? Replace(ReadOnlySpan<byte> json, int start, byte[] value)
    {
        var length = JsonText.SkipValue(json, start) - start;
        return json.Slice(start, length).SequenceEqual(value) ? null : new FilePatch(start, length, value);
    }

    private static async Task<bool> EditAsync(string file, JsonPath path, Change change, bool keepReplaced, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        using var activity = Telemetry.Activities.StartActivity("json.edit");
        using var fileLock = await AtomicFile.LockAsync(file, cancellationToken).ConfigureAwait(false);
        return await AtomicFile.EditLockedAsync(fileLock, Rewrite, keepReplaced, cancellationToken).ConfigureAwait(false) is not null;

        ValueTask<bool> Rewrite(FileSnapshot source, SafeFileHandle output, CancellationToken token)
            => ValueTask.FromResult(JsonMemberEditor.Rewrite(source, output, path, change, token));
    }

    private static bool Rewrite(FileSnapshot source, SafeFileHandle output, JsonPath path, Change change, CancellationToken cancellationToken)
    {
        var length = checked((int)source.Identity.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length + JsonCheck.Slack);
        try
        {
            var filled = 0;
            while (filled < length && RandomAccess.Read(source.Handle, buffer.AsSpan(filled, length - filled), filled) is > 0 and var read)
                filled += read;
            var mark = buffer.AsSpan(0, filled).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            if (change(buffer.AsSpan(mark, filled - mark), Find(source.Path, buffer, mark, filled, path)) is not { } patch)
                return false;
            var start = mark + (int)patch.Offset;
            Write(output, cancellationToken, buffer.AsMemory(0, start), patch.Bytes, buffer.AsMemory(start + patch.Length, filled - start - patch.Length));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Write(SafeFileHandle output, CancellationToken cancellationToken, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var position = 0L;
        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FaultPoint.Pass("write draft");
            RandomAccess.Write(output, part.Span, position);
            position += part.Length;
        }
    }

    private static int Find(string file, byte[] buffer, int start, int end, JsonPath path)
    {
        try
        {
            return JsonLocator.Find(buffer.AsSpan(start), end - start, path.Segments);
        }
        catch (JsonException)
        {
            // The validator knows the place to the byte.
            ReadOnlySpan<byte> text = buffer.AsSpan(0, end);
            var error = start + Math.Max(0, JsonValidator.FirstError(text[start..]));
            var line = text[..error].Count((byte)'\n') + 1;
            throw new JsonFormatException(file, error, line, error - text[..error].LastIndexOf((byte)'\n'), "one JSON value");
        }
    }
}
