using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <summary>What the queue file must be told so that it says what the ledger says.</summary>
/// <param name="Generation">The reading of the file that the places belong to.</param>
/// <param name="Patches">Tasks with another status, in the order of the file.</param>
/// <param name="Additions">Tasks that are to be added.</param>
/// <param name="AdditionPatch">Where and how they are added.</param>
internal sealed record MirrorPlan(int Generation, List<MirrorPatch> Patches, List<LedgerRecord> Additions, FilePatch AdditionPatch)
{
    internal bool IsEmpty => Patches.Count == 0 && Additions.Count == 0;

    internal IEnumerable<FilePatch> InOrder()
    {
        foreach (var patch in Patches)
            yield return patch.Patch;
        if (Additions.Count > 0)
            yield return AdditionPatch;
    }
}
