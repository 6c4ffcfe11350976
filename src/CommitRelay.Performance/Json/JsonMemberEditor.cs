using System.Buffers;
using System.Text;
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
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when the value stood there already; the file is then left alone.</returns>
    /// <exception cref="KeyNotFoundException">There is nothing at the path, and it was not to be made or could not.</exception>
    /// <exception cref="ArgumentException">The value is no JSON.</exception>
    /// <exception cref="JsonFormatException">The file does not hold one JSON value; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public static Task<bool> SetAsync(string file, JsonPath path, string value, bool create = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = Checked(value);
        return EditAsync(file, (json, output) =>
        {
            if (Has(json, path, bytes))
                return false;
            return JsonMemberPatch.TrySet(json, path.Segments, bytes, create, output) ? true : throw new KeyNotFoundException($"{file}: there is nothing at {path}.");
        }, cancellationToken);
    }

    /// <summary>Removes a member, or an array item.</summary>
    /// <param name="file">The file; a symbolic link is followed.</param>
    /// <param name="path">Which.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when there was nothing at the path.</returns>
    /// <exception cref="JsonFormatException">The file does not hold one JSON value; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public static Task<bool> RemoveAsync(string file, JsonPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EditAsync(file, (json, output) => JsonMemberPatch.TryRemove(json, path.Segments, output), cancellationToken);
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

    private delegate bool Change(ReadOnlySpan<byte> json, IBufferWriter<byte> output);

    private static async Task<bool> EditAsync(string file, Change change, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        using var fileLock = await AtomicFile.LockAsync(file, cancellationToken).ConfigureAwait(false);
        return await AtomicFile.EditLockedAsync(fileLock, Rewrite, null, cancellationToken).ConfigureAwait(false) is not null;

        ValueTask<bool> Rewrite(FileSnapshot source, SafeFileHandle output, CancellationToken token)
        {
            var length = checked((int)source.Identity.Length);
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                var json = Read(source, buffer.AsSpan(0, length), out var mark);
                var text = new ArrayBufferWriter<byte>(length + 256);
                text.Write(mark);
                if (!change(json, text))
                    return ValueTask.FromResult(false);
                RandomAccess.Write(output, text.WrittenSpan, 0);
                return ValueTask.FromResult(true);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Reads and checks the file. A byte order mark stays what it is.</summary>
    private static ReadOnlySpan<byte> Read(FileSnapshot source, Span<byte> buffer, out ReadOnlySpan<byte> mark)
    {
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(source.Handle, buffer[filled..], filled) is > 0 and var read)
            filled += read;
        ReadOnlySpan<byte> text = buffer[..filled];
        mark = text.StartsWith(ByteOrderMark) ? text[..ByteOrderMark.Length] : default;
        var json = text[mark.Length..];
        var error = JsonValidator.FirstError(json);
        return error < 0 ? json : throw Fault(source.Path, text, mark.Length + error);
    }

    private static JsonFormatException Fault(string file, ReadOnlySpan<byte> json, int error)
    {
        var line = json[..error].Count((byte)'\n') + 1;
        return new JsonFormatException(file, error, line, error - json[..error].LastIndexOf((byte)'\n'), "one JSON value");
    }
}
