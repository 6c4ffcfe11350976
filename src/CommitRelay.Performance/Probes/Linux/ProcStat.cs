using System.Text;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>/proc/PID/stat: "pid (name) state ppid …"; the name may hold blanks and parentheses, so the last ')' ends it.</summary>
internal readonly record struct ProcStat(char State, int ParentPid, long CpuTicks, long Threads, long StartTicks, long VirtualBytes, long ResidentPages)
{
    // Fields behind the name, counted from the state as 0 (proc(5) counts the pid as 1, the state as 3).
    private const int ParentPidField = 1;
    private const int UserTicksField = 11;
    private const int SystemTicksField = 12;
    private const int ThreadsField = 17;
    private const int StartField = 19;
    private const int VirtualField = 20;
    private const int ResidentField = 21;

    internal static ProcStat? Parse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name)
    {
        name = default;
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open)
            return null;
        name = text[(open + 1)..close];
        var rest = text[(close + 1)..];
        var state = ProcText.Word(ref rest);
        if (state.Length != 1)
            return null;
        Span<long> fields = stackalloc long[ResidentField + 1];
        for (var i = 1; i < fields.Length; i++)
        {
            if (ProcText.Number(ref rest) is not { } value)
                return null;
            fields[i] = value;
        }

        return new ProcStat((char)state[0], (int)fields[ParentPidField], fields[UserTicksField] + fields[SystemTicksField],
            fields[ThreadsField], fields[StartField], fields[VirtualField], fields[ResidentField]);
    }

    internal static string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name);

    internal ProcessState ProcessState => State switch
    {
        'R' => ProcessState.Running,
        'S' => ProcessState.Sleeping,
        'D' => ProcessState.DiskSleep,
        'T' or 't' => ProcessState.Stopped,
        'I' => ProcessState.Idle,
        'Z' => ProcessState.Zombie,
        'X' or 'x' => ProcessState.Dead,
        _ => ProcessState.Unknown,
    };
}
