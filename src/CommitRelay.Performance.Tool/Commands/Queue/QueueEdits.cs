using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>How commands edit a queue file: what they replace is kept for <c>relay-perf undo</c>.</summary>
internal static class QueueEdits
{
    /// <summary>Edits a queue file; what is replaced is kept.</summary>
    public static async Task<T> EditAsync<T>(CommandRun run, string path, Keeping keeping, Func<QueueEditor, Task<T>> edit)
    {
        var (result, _) = await Change.MakeAsync(run, keeping, UndoFolder.Of(path), null, change =>
        {
            change?.Edit(path);
            return edit(Editor(path, keeps: change is not null));
        }).ConfigureAwait(false);
        return result;
    }

    public static QueueEditor Editor(string path, TimeProvider? time = null, bool keeps = true) => new(path, new QueueEditorOptions
    {
        KeepReplaced = keeps,
        Queue = new QueueReaderOptions { Shape = QueueShape.Array, PriorityOrder = PriorityRanks.Names },
        TimeProvider = time ?? TimeProvider.System,
    });
}
