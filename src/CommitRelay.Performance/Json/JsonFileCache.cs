using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Json;

/// <summary>
/// The last good value of a small file (at most 64 MiB) that is asked for often, such as settings or a budget. Asking costs one look at the file's identity (device,
/// inode, length, time of change); the file is read and parsed again only when that has changed.
/// </summary>
/// <typeparam name="T">The value; all callers share one instance, so it should be immutable.</typeparam>
/// <remarks>
/// Thread-safe. While one caller reads a new version, the others get the last good one without waiting. A broken, half-written, unreadable or
/// missing file never takes the last good value away: <see cref="Fault"/> tells. A file changed within the last second is read again on the next call,
/// since file systems stamp times in steps.
/// </remarks>
public sealed class JsonFileCache<T>
    where T : class
{
    /// <summary>What is longer is no small file, and not worth the memory.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan StampStep = TimeSpan.FromSeconds(1);

    private readonly Lock _refresh = new();
    private readonly JsonTypeInfo<T> _typeInfo;
    private readonly TimeProvider _time;
    private volatile Version? _last;

    /// <summary>Makes a cache; nothing is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="typeInfo">How to make the value of its bytes, usually from a source-generated context.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public JsonFileCache(string path, JsonTypeInfo<T> typeInfo, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(typeInfo);
        Path = path;
        _typeInfo = typeInfo;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Why the file as it lies there now could not be used, or null. Right after the last <see cref="Get"/>.</summary>
    public Exception? Fault => _last?.Fault;

    /// <summary>The value of the file, or the last good one when the file as it is now cannot be used.</summary>
    /// <exception cref="JsonFormatException">The file is no valid value, and there was never a good one.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read, and there was never a good one.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, and there was never a good one.</exception>
    public T Get()
    {
        var last = _last;
        if (last is not null && last.IsSettled && IsAsItWas(last))
            return last.ValueOrThrow();
        if (last?.Value is not null && !_refresh.TryEnter())
            return last.Value;
        if (last?.Value is null)
            _refresh.Enter();
        try
        {
            last = Read(_last?.Value);
            _last = last;
            return last.ValueOrThrow();
        }
        finally
        {
            _refresh.Exit();
        }
    }

    private bool IsAsItWas(Version last)
    {
        try
        {
            return FileState.TryOf(Path) == last.State;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Version Read(T? good)
    {
        FileState? state = null;
        try
        {
            using var handle = SharedFile.OpenRegular(Path, out var opened);
            state = opened;
            if (opened.Length > MaxBytes)
                throw new JsonFormatException(Path, MaxBytes, 0, 0, $"a file of at most {MaxBytes} bytes, {opened.Length} found");
            var bytes = new byte[opened.Length];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(length), length) is > 0 and var read)
                length += read;
            var value = Parse(bytes.AsSpan(0, length));
            if (FileState.Of(handle, Path) != opened)
                throw new IOException($"{Path}: the file was changed in place while it was read.");
            return new Version(value, state, null, IsSettled(opened));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonFormatException)
        {
            return new Version(good, state, fault, state is { } known && IsSettled(known));
        }
    }

    private bool IsSettled(in FileState state) => (_time.GetUtcNow().UtcDateTime - state.WrittenUtc).Duration() > StampStep;

    private T Parse(ReadOnlySpan<byte> json)
    {
        var error = JsonValidator.FirstError(json);
        if (error >= 0)
            throw Broken(json, error, "valid JSON");
        try
        {
            return JsonSerializer.Deserialize(json, _typeInfo) ?? throw Broken(json, 0, $"a {typeof(T).Name}, not null");
        }
        catch (JsonException cause)
        {
            throw Broken(json, 0, $"a {typeof(T).Name}: {cause.Message}", cause);
        }
    }

    private JsonFormatException Broken(ReadOnlySpan<byte> json, int at, string expected, JsonException? cause = null)
    {
        var before = json[..at];
        return new JsonFormatException(Path, at, before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), expected, cause?.Path, cause);
    }

    /// <param name="Value">The last good value, be it of an earlier state.</param>
    /// <param name="State">The file as it was read; null when there was none.</param>
    /// <param name="Fault">Why this state gave no value.</param>
    /// <param name="IsSettled">Whether a later change is sure to show in the state.</param>
    private sealed record Version(T? Value, FileState? State, Exception? Fault, bool IsSettled)
    {
        public T ValueOrThrow()
        {
            if (Value is null)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(Fault!);
            return Value;
        }
    }
}
