using System.Globalization;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>One task's story: created, claimed by whom, what happened meanwhile, how it ended; from queue, ledger, events, worker specs and snapshots.</summary>
/// <remarks>Immutable. A source that is broken or cannot be read ends no story: the others tell theirs, and <see cref="Faults"/> names it.</remarks>
public sealed class RelayStory
{
    private static readonly (string Member, string What)[] QueueTimes = [("created_at", "created"), ("assigned_at", "assigned"), ("started_at", "started"), ("updated_at", "updated"), ("completed_at", "completed")];
    private static readonly JsonPath Pending = "tasks.pending";
    private static readonly JsonPath Timestamp = "timestamp";

    private RelayStory(IEnumerable<StoryMoment> moments, IReadOnlyList<string> faults)
    {
        Moments = [.. moments.OrderBy(static moment => moment.At ?? DateTimeOffset.MaxValue)];
        Faults = faults;
    }

    /// <summary>What is told, in order of time, moments without one last; empty when nobody knows the task.</summary>
    public IReadOnlyList<StoryMoment> Moments { get; }

    /// <summary>What could not be read, and where it breaks; empty when all sources were read to their end.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Tells a task's story.</summary>
    /// <param name="home">The home.</param>
    /// <param name="taskId">The task's id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The story.</returns>
    public static Task<RelayStory> ForAsync(RelayHome home, string taskId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentException.ThrowIfNullOrEmpty(taskId);
        return TellAsync(home, taskId, null, cancellationToken);
    }

    /// <summary>Tells the story of the task at a place of the queue: of tasks that share an id only this one's own times, of a task without one what the queue tells.</summary>
    /// <param name="home">The home.</param>
    /// <param name="index">The 0-based place.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The story; without moments when the queue has no such place, or breaks before it.</returns>
    public static Task<RelayStory> ForPlaceAsync(RelayHome home, long index, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return TellAsync(home, null, index, cancellationToken);
    }

    private static async Task<RelayStory> TellAsync(RelayHome home, string? taskId, long? index, CancellationToken cancellationToken)
    {
        var story = new List<StoryMoment>();
        var faults = new List<string>();
        await TryAsync(async () => taskId = await FromQueueAsync(home, taskId, index, story, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        if (taskId is { } id)
        {
            await TryAsync(() => FromLedgerAsync(home, id, story, cancellationToken)).ConfigureAwait(false);
            await TryAsync(() => FromEventsAsync(home, id, story, cancellationToken)).ConfigureAwait(false);
            FromSpecs(home, id, story, cancellationToken);
        }

        await TryAsync(() => FromSnapshotsAsync(home, story, cancellationToken)).ConfigureAwait(false);
        return new RelayStory(story, faults);

        async Task TryAsync(Func<Task> tell)
        {
            try
            {
                await tell().ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
            {
                faults.Add(fault.Message);
            }
        }
    }

    /// <exception cref="IOException">Something is there that cannot be read as a file.</exception>
    private static bool IsThere(string path)
    {
        FileState.ThrowIfSpecial(path);
        return File.Exists(path);
    }

    private static async Task FromLedgerAsync(RelayHome home, string taskId, List<StoryMoment> story, CancellationToken cancellationToken)
    {
        foreach (var told in await TaskHistory.ReadAsync(home.TaskQueue, taskId, cancellationToken: cancellationToken).ConfigureAwait(false))
            story.Add(new StoryMoment(told.At, Word(told.Kind), "ledger", Detail(told)));
    }

    /// <summary>Adds the times of the tasks of an id, or of the one at a place. Returns the id.</summary>
    private static async Task<string?> FromQueueAsync(RelayHome home, string? taskId, long? index, List<StoryMoment> story, CancellationToken cancellationToken)
    {
        if (!IsThere(home.TaskQueue))
            return taskId;
        var wanted = taskId is null ? null : JsonFilter.EqualTo("id", taskId) | JsonFilter.EqualTo("task_id", taskId);
        await foreach (var element in new QueueReader().ReadElementsAsync(home.TaskQueue, wanted, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (element.Index != (index ?? element.Index))
                continue;
            FromTask(element, story);
            if (index is not null)
                return element.GetText("id") ?? element.GetText("task_id");
        }

        return taskId;
    }

    private static void FromTask(in QueueElement element, List<StoryMoment> story)
    {
        var task = element.Deserialize(RelayJson.Task);
        var about = string.Join(", ", new[] { task?.Status, task?.Priority, task?.Type, task?.Title }.Where(static text => !string.IsNullOrEmpty(text)));
        foreach (var (member, what) in QueueTimes)
        {
            if (element.TryGet(member, out var value) && JsonText.TryInstant(value, out var at))
                story.Add(new StoryMoment(at, what, "queue", what == "created" ? about : ""));
        }
    }

    private static async Task FromEventsAsync(RelayHome home, string taskId, List<StoryMoment> story, CancellationToken cancellationToken)
    {
        if (!IsThere(home.Events))
            return;
        var reader = new EventReader(home.Events, new EventReaderOptions { IncludeArchives = true });
        await foreach (var told in reader.ReadAsync(RelayJson.Event, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (told is not null && told.TaskId == taskId)
                story.Add(new StoryMoment(told.Timestamp, told.Type ?? "event", "events", string.Join(", ", new[] { told.Message, told.Source, Calls(told.Data) ?? Text(told.Data) }.Where(static text => !string.IsNullOrEmpty(text)))));
        }
    }

    private static void FromSpecs(RelayHome home, string taskId, List<StoryMoment> story, CancellationToken cancellationToken)
    {
        foreach (var spec in WorkerSpecFolder.ReadAll(home, cancellationToken).SelectMany(static folder => folder.Specs).Where(spec => spec.TaskId == taskId))
        {
            var who = $"{spec.WorkerId} ({spec.WorkerType}, {home.Relative(spec.File)})";
            if (spec.CreatedAt is { } created)
                story.Add(new StoryMoment(created, "worker made", "worker spec", who));
            if (spec.StartedAt is { } started)
                story.Add(new StoryMoment(started, "worker started", "worker spec", spec.CreatedAt is { } before ? string.Create(CultureInfo.InvariantCulture, $"{who}, after {Instants.SecondsBetween(before, started)} s") : who));
            if (spec.EndedAt is { } ended)
                story.Add(new StoryMoment(ended, $"worker {spec.Status}", "worker spec", string.IsNullOrEmpty(spec.Error) ? who : $"{who}: {spec.Error}"));
        }
    }

    /// <summary>How long the queue was when the task came into it: the last snapshot before its first moment.</summary>
    private static async Task FromSnapshotsAsync(RelayHome home, List<StoryMoment> story, CancellationToken cancellationToken)
    {
        if (story.Min(static moment => moment.At) is not { } first || !IsThere(home.MetricsSnapshots))
            return;
        (DateTimeOffset At, string Pending)? last = null;
        await foreach (var snapshot in new EventReader(home.MetricsSnapshots).ReadRawAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (Timestamp.TryFind(snapshot.Json.Span, out var value) && JsonText.TryInstant(value, out var at) && at <= first && !(at < last?.At)
                && Pending.TryFind(snapshot.Json.Span, out var pending))
            {
                last = (at, System.Text.Encoding.UTF8.GetString(pending));
            }
        }

        if (last is { } known)
            story.Add(new StoryMoment(known.At, "snapshot", "snapshots", $"{known.Pending} tasks pending"));
    }

    private static string Word(TaskEventKind kind) => kind switch
    {
        TaskEventKind.DeadLettered => "dead letter",
        TaskEventKind.Abandoned => "given back",
        TaskEventKind.Shown => "written into the queue file",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Detail(TaskEvent told)
    {
        var parts = new List<string>(5);
        if (told.Worker is { } worker)
            parts.Add($"by {worker}");
        if (told.Attempt > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {told.Attempt}"));
        if (told.Until is { } until)
            parts.Add($"until {until:u}");
        if (told.Reason is { } reason)
            parts.Add(reason);
        if (told.TraceId is { } trace)
            parts.Add($"trace {trace}");
        return string.Join(", ", parts);
    }

    /// <summary>What a worker's last event tells of its task's calls, in words; null when the data is another's.</summary>
    private static string? Calls(JsonElement? data)
    {
        if (data is not { ValueKind: JsonValueKind.Object } known || !known.TryGetProperty("permit_wait_seconds", out _))
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"{Number("calls")} calls, {Number("refused")} refused, {Number("permit_wait_seconds")} s waiting for permits, {Number("retry_wait_seconds")} s waiting to try again");

        double Number(string name) => known.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : 0;
    }

    private static string Text(JsonElement? data) => data is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined } known ? known.ToString() : "";
}
