using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <content>Putting tasks in the order of their priority.</content>
public partial class QueueEditor
{
    /// <summary>
    /// Puts the tasks in the order of <see cref="QueueReaderOptions.PriorityOrder"/>, others last; tasks of one priority keep their order.
    /// The tasks' bytes, and what stands between them, stay as they are.
    /// </summary>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many tasks are in another place; 0 leaves the file alone.</returns>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<int> PrioritiseAsync(CancellationToken cancellationToken = default) => EditAsync(Prioritise, cancellationToken);

    private int Prioritise(FileSnapshot source, SafeFileHandle output, CancellationToken cancellationToken)
    {
        var places = FindPlaces(source);
        var order = OrderByRank(places, Options.Queue.PriorityOrder.Count + 1);
        var moved = 0;
        for (var i = 0; i < order.Length; i++)
            moved += order[i] == i ? 0 : 1;
        if (moved == 0)
            return 0;
        using var copy = new PatchedCopy(source.Handle, output, cancellationToken);
        for (var i = 0; i < order.Length; i++)
        {
            // What stands before place i stays there; the task is another one.
            copy.CopyTo(places[i].Offset);
            copy.CopyRange(places[order[i]].Offset, places[order[i]].Length);
            copy.PassOver(places[i].Length);
        }

        Finish(source, copy, moved);
        return moved;
    }

    private List<Place> FindPlaces(FileSnapshot source)
    {
        var ranking = new QueueRanking(Options.Queue);
        var places = new List<Place>();
        using var scan = new ElementScan(source, Options.Queue, null, Options.Queue.Members.Priority);
        while (scan.MoveNext())
            places.Add(new Place(scan.Offset, scan.Element.Length, ranking.PriorityOf(scan.Value(0))));
        return places;
    }

    /// <summary>Counting sort: stable, and one pass.</summary>
    private static int[] OrderByRank(List<Place> places, int ranks)
    {
        var next = new int[ranks + 1];
        foreach (var place in places)
            next[place.Rank + 1]++;
        for (var rank = 1; rank < ranks; rank++)
            next[rank] += next[rank - 1];
        var order = new int[places.Count];
        for (var i = 0; i < places.Count; i++)
            order[next[places[i].Rank]++] = i;
        return order;
    }

    /// <summary>Where a task lies, in 16 bytes.</summary>
    private readonly record struct Place(long Offset, int Length, int Rank);
}
