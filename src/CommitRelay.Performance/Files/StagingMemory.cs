using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Files;

/// <summary>Zeroed memory outside the garbage collector's heap: this process's own, or mapped from a file that outlives it.</summary>
internal abstract unsafe class StagingMemory : IDisposable
{
    public byte* Start { get; protected init; }

    public long Length { get; protected init; }

    /// <summary>The file's path, or why there is none.</summary>
    public string Description { get; protected init; } = "";

    public abstract bool IsMapped { get; }

    /// <summary>Memory that dies with the process.</summary>
    public static StagingMemory OnHeap(long length, string reason) => new Heap(length, reason);

    /// <summary>Has all page faults now, rather than one by one under somebody's store. Others may use the memory meanwhile.</summary>
    public virtual void Warm()
    {
    }

    /// <summary>Gives the memory back for good: nothing in it is needed any more.</summary>
    public virtual void Delete() => Dispose();

    public abstract void Dispose();

    private sealed class Heap : StagingMemory
    {
        public Heap(long length, string reason)
        {
            Start = (byte*)NativeMemory.AllocZeroed((nuint)length);
            Length = length;
            Description = reason;
        }

        public override bool IsMapped => false;

        public override void Dispose() => NativeMemory.Free(Start);
    }
}
