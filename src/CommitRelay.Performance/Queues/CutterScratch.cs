using System.Runtime.Intrinsics;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>The cutter's working arrays, kept from read to read: a small file is read in less time than it takes to make them.</summary>
internal sealed class CutterScratch
{
    public const int ElementsInBatch = 512;

    private const int MostEvents = (BlockScanner.MostBlocks * BlockScanner.BlockSize) + 1;

    private static readonly Pool<CutterScratch> Pool = new();

    /// <summary>Positions of one batch of blocks.</summary>
    public readonly int[] Events = GC.AllocateUninitializedArray<int>(MostEvents, pinned: true);

    /// <summary>What stands at these positions.</summary>
    public readonly byte[] Marks = GC.AllocateUninitializedArray<byte>(MostEvents + Vector512<byte>.Count, pinned: true);

    /// <summary>The bracket that opened each level.</summary>
    public readonly byte[] Kinds = GC.AllocateUninitializedArray<byte>(QueueReaderOptions.LargestMaxDepth + 2, pinned: true);

    /// <summary>Elements of one batch; grows where elements are tiny.</summary>
    public ElementSlice[] Elements = new ElementSlice[ElementsInBatch + 8];

    private JsonPattern<JsonCheck.NoMembers>? _check;

    /// <summary>Knows the elements of files read before, which may be like those of the next one.</summary>
    public JsonPattern<JsonCheck.NoMembers> Check => _check ??= new JsonPattern<JsonCheck.NoMembers>();

    public static CutterScratch Rent() => Pool.Take() ?? new CutterScratch();

    public void Return()
    {
        if (_check?.IsFull == true)
            _check = null;
        if (Elements.Length <= 16 * ElementsInBatch)
            Pool.Give(this);
    }
}
