namespace CommitRelay.Performance.Files;

/// <summary>
/// Named places between the system calls of a swap, an append, a compaction. A test hangs a handler here to die, or to count, at one of them,
/// which no environment can do as exactly; without a handler a place costs one check.
/// </summary>
internal static class FaultPoint
{
    private static readonly AsyncLocal<Action<string>?> Handler = new();
    private static volatile bool _isUsed;

    /// <summary>Called with the name of the step about to be taken, in this flow of calls and what it starts; only tests set it.</summary>
    internal static Action<string>? Reached
    {
        get => Handler.Value;
        set
        {
            Handler.Value = value;
            _isUsed = true;
        }
    }

    internal static void Pass(string step)
    {
        if (_isUsed)
            Handler.Value?.Invoke(step);
    }
}
