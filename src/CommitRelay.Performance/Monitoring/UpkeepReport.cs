using System.Globalization;
using System.Text.Json;

namespace CommitRelay.Performance.Monitoring;

/// <summary>What upkeep does with a file.</summary>
public enum UpkeepAction
{
    /// <summary>Removed.</summary>
    Deleted,

    /// <summary>Moved, as it is.</summary>
    Moved,

    /// <summary>Marked as failed, then moved.</summary>
    Failed,

    /// <summary>Put into an archive, then removed.</summary>
    Packed,

    /// <summary>Cut to its last records.</summary>
    Trimmed,

    /// <summary>Compressed.</summary>
    Compressed,
}

/// <summary>One thing that upkeep did, or would do.</summary>
/// <param name="Action">What.</param>
/// <param name="Path">The file, in full.</param>
/// <param name="Bytes">The file's size before; for trimming and compressing, the bytes saved.</param>
/// <param name="Target">Where it lies now, or null.</param>
public readonly record struct UpkeepStep(UpkeepAction Action, string Path, long Bytes, string? Target = null);

/// <summary>A file that upkeep left alone though its age or state would have had it.</summary>
/// <param name="Path">The file or folder, in full.</param>
/// <param name="Reason">Why, in words.</param>
public readonly record struct UpkeepSkip(string Path, string Reason);

/// <summary>What one piece of upkeep did, or in a dry run would do.</summary>
public sealed class UpkeepReport
{
    private readonly List<UpkeepStep> _steps = [];
    private readonly List<UpkeepSkip> _skipped = [];
    private readonly Action<UpkeepStep>? _beforeStep;

    internal UpkeepReport(string subject, DateTimeOffset at, bool dryRun, Action<UpkeepStep>? beforeStep = null)
    {
        _beforeStep = beforeStep;
        Subject = subject;
        At = at;
        DryRun = dryRun;
    }

    /// <summary>What it was about: <c>logs</c>, <c>cache</c>, <c>snapshots</c>, <c>history</c>, <c>stale workers</c>, <c>completed workers</c>, <c>events</c>.</summary>
    public string Subject { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Whether it only looked.</summary>
    public bool DryRun { get; }

    /// <summary>What it did, in order.</summary>
    public IReadOnlyList<UpkeepStep> Steps => _steps;

    /// <summary>What it left alone, and why.</summary>
    public IReadOnlyList<UpkeepSkip> Skipped => _skipped;

    /// <summary>The bytes of all steps.</summary>
    public long Bytes { get; private set; }

    /// <summary>What people read: <c>logs: 12 files, 34567 bytes; 1 left alone</c>.</summary>
    public string Message => string.Create(
        CultureInfo.InvariantCulture,
        $"{Subject}: {_steps.Count} files, {Bytes} bytes{(_skipped.Count == 0 ? "" : $"; {_skipped.Count} left alone")}{(DryRun ? " (dry run)" : "")}");

    /// <summary>Writes the report as an event of the home: type <c>upkeep</c>.</summary>
    /// <param name="writer">Gets one object.</param>
    /// <param name="source">Who says so.</param>
    public void WriteTo(Utf8JsonWriter writer, string source = "relay-perf")
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("timestamp", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("type", "upkeep");
        writer.WriteString("severity", _skipped.Count == 0 ? "info" : "warning");
        writer.WriteString("source", source);
        writer.WriteString("message", Message);
        writer.WriteStartObject("data");
        writer.WriteString("subject", Subject);
        writer.WriteBoolean("dry_run", DryRun);
        writer.WriteNumber("files", _steps.Count);
        writer.WriteNumber("bytes", Bytes);
        writer.WriteNumber("left_alone", _skipped.Count);
        if (_skipped.Count > 0)
            writer.WriteString("first_reason", $"{_skipped[0].Path}: {_skipped[0].Reason}");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Tells whoever wants to know that a step is about to be taken.</summary>
    internal void Announce(UpkeepAction action, string path, long bytes, string? target = null)
    {
        if (!DryRun)
            _beforeStep?.Invoke(new UpkeepStep(action, path, bytes, target));
    }

    internal void Add(UpkeepAction action, string path, long bytes, string? target = null)
    {
        _steps.Add(new UpkeepStep(action, path, bytes, target));
        Bytes += bytes;
    }

    internal void Skip(string path, string reason) => _skipped.Add(new UpkeepSkip(path, reason));
}
