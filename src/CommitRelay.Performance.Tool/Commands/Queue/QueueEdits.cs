using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>How commands edit a queue file: what they replace is kept for <c>relay-perf undo</c>.</summary>
internal static class QueueEdits
{
    public static QueueEditor Editor(string path, TimeProvider? time = null) => new(path, new QueueEditorOptions
    {
        KeepReplaced = true,
        Queue = new QueueReaderOptions { Shape = QueueShape.Array, PriorityOrder = PriorityRanks.Names },
        TimeProvider = time ?? TimeProvider.System,
    });
}
