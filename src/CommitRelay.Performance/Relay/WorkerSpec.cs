using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// What is known of one worker: a file of <c>worker-specs/</c>, of both generations (budget in <c>token_budget</c> or <c>token_allocation</c>,
/// limit in <c>timeout_minutes</c> or <c>time_limit_minutes</c>). Only members at their own place count: the copy of the task that a spec
/// carries repeats several names.
/// </summary>
/// <remarks>Immutable. What is there but of another kind than expected is null and named in <see cref="Unreadable"/>.</remarks>
public sealed record WorkerSpec
{

    /// <summary>The file it was read from.</summary>
    public required string File { get; init; }

    /// <summary><c>worker_id</c>.</summary>
    public string? WorkerId { get; init; }

    /// <summary><c>worker_type</c>: "implementation-worker", "scan-worker", …</summary>
    public string? WorkerType { get; init; }

    /// <summary><c>task_id</c>.</summary>
    public string? TaskId { get; init; }

    /// <summary><c>status</c>: "pending", "running", "completed", "failed", "zombie", …; the folder and the status need not agree.</summary>
    public string? Status { get; init; }

    /// <summary>Who made it: <c>parent_master</c>, else <c>created_by</c>.</summary>
    public string? Master { get; init; }

    /// <summary><c>created_at</c>.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary><c>execution.started_at</c>.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended: the member named by <see cref="EndField"/>.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Where the end stands: the first that is present and not null of <c>completed_at</c>, <c>execution.completed_at</c>, <c>execution.ended_at</c>, <c>failed_at</c>; null when none is.</summary>
    public string? EndField { get; init; }

    /// <summary><c>heartbeat.last_heartbeat</c>.</summary>
    public DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>Tokens it may use: <c>resources.token_budget</c>, else <c>resources.token_allocation</c>.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>Tokens it says it used: <c>execution.tokens_used</c>.</summary>
    public long? TokensUsed { get; init; }

    /// <summary>How long it may run: <c>resources.timeout_minutes</c>, else <c>resources.time_limit_minutes</c>.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Its process, where the spec tells: <c>pid</c>, else <c>execution.pid</c>. Real specs mostly do not; a file of <c>pids/</c> may.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Why it failed: <c>failure_reason</c>, else <c>execution.error</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Members that are there but hold no instant or number, such as <c>created_at</c> or <c>resources.token_budget</c>.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>The type's text, or "(absent)", "(null)", "(not a string)".</summary>
    internal string TypeLabel { get; init; } = "";

    /// <summary>The status's text, or why there is none.</summary>
    internal string StatusLabel { get; init; } = "";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; at most 64 MiB.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JsonFormatException">It is no JSON object; tells offset, line and what was expected.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static WorkerSpec Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var document = JsonDocumentFile.Read(path);
        return OfValid(document.Bytes, path);
    }

    /// <summary>Reads a spec from its bytes.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="file">The name to tell in errors.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JsonFormatException">It is no JSON object.</exception>
    public static WorkerSpec Parse(ReadOnlySpan<byte> json, string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        JsonFault.Check(json, file);
        return OfValid(json, file);
    }

    internal static bool IsObject(ReadOnlySpan<byte> valid) => valid[JsonText.SkipBlanks(valid, 0)] == '{';

    internal static WorkerSpec OfValid(ReadOnlySpan<byte> json, string file)
    {
        if (!IsObject(json))
            throw JsonFault.At(json, file, JsonText.SkipBlanks(json, 0), "a worker spec expected, which is an object");
        var unreadable = new List<string>();
        var root = new SpecMembers(json, "", unreadable);
        var execution = root.Of("execution");
        var resources = root.Of("resources");
        var (endField, ended) = End(root, execution);
        return new WorkerSpec
        {
            File = file,
            WorkerId = root.Text("worker_id"),
            WorkerType = root.Text("worker_type"),
            TypeLabel = root.Label("worker_type"),
            TaskId = root.Text("task_id"),
            Status = root.Text("status"),
            StatusLabel = root.Label("status"),
            Master = root.Text("parent_master") ?? root.Text("created_by"),
            CreatedAt = root.Instant("created_at"),
            StartedAt = execution.Instant("started_at"),
            EndField = endField,
            EndedAt = ended,
            LastHeartbeat = root.Of("heartbeat").Instant("last_heartbeat"),
            TokenBudget = resources.Whole("token_budget") ?? resources.Whole("token_allocation"),
            TokensUsed = execution.Whole("tokens_used"),
            TimeLimit = Minutes(resources.Number("timeout_minutes") ?? resources.Number("time_limit_minutes")),
            ProcessId = ProcessNumber(root.Whole("pid") ?? execution.Whole("pid")),
            Error = root.Text("failure_reason") ?? execution.Text("error"),
            Unreadable = unreadable,
        };
    }

    private static (string? Field, DateTimeOffset? Instant) End(SpecMembers root, SpecMembers execution)
    {
        if (root.Holds("completed_at"))
            return ("completed_at", root.Instant("completed_at"));
        if (execution.Holds("completed_at"))
            return ("execution.completed_at", execution.Instant("completed_at"));
        if (execution.Holds("ended_at"))
            return ("execution.ended_at", execution.Instant("ended_at"));
        return root.Holds("failed_at") ? ("failed_at", root.Instant("failed_at")) : (null, null);
    }

    private static TimeSpan? Minutes(double? minutes) => minutes is >= 0 and <= 10_000_000 ? TimeSpan.FromMinutes(minutes.Value) : null;

    private static int? ProcessNumber(long? pid) => pid is > 0 and <= int.MaxValue ? (int)pid.Value : null;
}
