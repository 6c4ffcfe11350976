using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Samples.Worker;

/// <summary>A first look at the home, before anything is claimed: how many tasks are open, and what is not as it must be.</summary>
internal sealed class Survey(RelayHome home, WorkerSettings settings, WorkerReport report)
{
    private static readonly string[] Priorities = ["critical", "high", "medium", "low"];
    private readonly Dictionary<string, long> _offsetOfId = new(StringComparer.Ordinal);

    public async Task RunAsync()
    {
        try
        {
            await LookAtQueueAsync();
            await LookAtEventsAsync();
            await LookAtActiveSpecsAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Failure = e.Message;
        }

        report.EndSurvey();
    }

    private async Task LookAtEventsAsync()
    {
        if (File.Exists(home.Events))
            report.EventsAtStart = await CountValuesAsync(home.Events);
    }

    private async Task LookAtActiveSpecsAsync()
    {
        var folder = home.WorkerSpecFolder("active");
        if (!Directory.Exists(folder))
            return;
        foreach (var spec in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            await CountValuesAsync(spec);
    }

    /// <summary>Counts the JSON values of a file, however they lie, and tells what is damaged between them.</summary>
    private async Task<long> CountValuesAsync(string path)
        => await new EventReader(path, new EventReaderOptions
        {
            OnDamaged = damage => report.Malformed($"{damage.File}: bytes {damage.Offset} to {damage.Offset + damage.Length}: {damage.Reason}"),
        }).CountAsync();

    private async Task LookAtQueueAsync()
    {
        var length = new FileInfo(home.TaskQueue).Length;
        var reader = new QueueReader(new QueueReaderOptions
        {
            OnMalformed = fault =>
            {
                report.Malformed(fault.Message);

                // A broken task leaves the others readable; a broken frame, or a text that ends too early, damns the file as a whole.
                if (fault.JsonPath is null or "$" or "$.tasks" || fault.ByteOffset >= length)
                    report.Failure ??= fault.Message;
            },
        });
        await foreach (var element in reader.ReadElementsAsync(home.TaskQueue))
            LookAtTask(element);
    }

    private void LookAtTask(QueueElement element)
    {
        RelayTask? task;
        try
        {
            task = element.Deserialize(RelayJson.Task);
        }
        catch (System.Text.Json.JsonException e)
        {
            Tell(element, e.Message);
            return;
        }

        if (task is null)
        {
            Tell(element, "a task was expected, found null");
            return;
        }

        if (task.Id is null)
        {
            Tell(element, "a task with a text at $.id; without an id it cannot be claimed");
            return;
        }

        var open = settings.Statuses.Contains(task.Status);
        if (open)
            report.OpenAtStart++;
        if (!_offsetOfId.TryAdd(task.Id, element.Offset))
            Tell(element, $"an id of its own was expected, found {task.Id} again (first at byte {_offsetOfId[task.Id]}): both are told apart by their place and text");
        if (task.Status is null)
            Tell(element, $"a status was expected, found none: task {task.Id} is not open");
        if (open && !Priorities.Contains(task.Priority))
            Tell(element, $"a priority ({string.Join(", ", Priorities)}) was expected, found {task.Priority ?? "none"}: task {task.Id} comes last");
    }

    private void Tell(QueueElement element, string what) => report.Malformed($"{home.TaskQueue}: byte {element.Offset}: {what}");
}
