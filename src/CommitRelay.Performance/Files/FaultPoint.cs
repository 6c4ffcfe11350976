using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Named places between the system calls of a swap, an append, a compaction. A test hangs a handler here to die, fail or count at one of them,
/// which no environment can do as exactly; without a handler a place costs one null check.
/// </summary>
internal static class FaultPoint
{
    /// <summary>Called with the name of the step about to be taken; only tests set it.</summary>
    internal static Action<string>? Reached { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Pass(string step) => Reached?.Invoke(step);
}
