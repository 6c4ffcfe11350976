using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Events;

/// <summary>
/// A lock for a few dozen instructions, in the shape of <see cref="Lock"/>: it lets go with a plain store, which is half of what the other
/// costs an event. Who finds it taken looks once more and then gives the processor away: its holder may have lost it, or works on a core so far
/// away that spinning only pulls the memory from under its hands.
/// </summary>
internal sealed class ShortLock
{
    /// <summary>About as long as the lock is held.</summary>
    private const int ShortSpin = 16;

    private AloneInItsLine _state;

    /// <summary>Takes the lock until the scope is disposed. Not reentrant; no system call belongs inside.</summary>
    public Scope Enter()
    {
        if (!TryEnter())
            Wait();
        return new Scope(this);
    }

    private bool TryEnter() => Interlocked.CompareExchange(ref _state.Held, 1, 0) == 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Wait()
    {
        Thread.SpinWait(ShortSpin);
        while (Volatile.Read(ref _state.Held) != 0 || !TryEnter())
            Thread.Yield();
    }

    internal readonly ref struct Scope(ShortLock owner)
    {
        public void Dispose() => Volatile.Write(ref owner._state.Held, 0);
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct AloneInItsLine
    {
        [FieldOffset(64)] public int Held;
    }
}
