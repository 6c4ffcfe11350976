namespace CommitRelay.Performance.Probes.Linux;

/// <summary>/proc/meminfo, and the limits above this process.</summary>
internal sealed class LinuxMemory(ProbeOptions options, ControlGroups groups) : IDisposable
{
    private readonly KeptFile _memory = new($"{options.ProcRoot}/meminfo");

    internal void Sample(MemorySample into, TextBuffer buffer, Look look)
    {
        var text = _memory.Read(buffer);
        var read = !text.IsEmpty;
        var total = Bytes(text, "MemTotal:"u8);
        var available = Bytes(text, "MemAvailable:"u8) ?? OldAvailable(text);
        var swapTotal = Bytes(text, "SwapTotal:"u8);
        into.Total = look.Of(total, _memory.Without("MemTotal", read), Units.Bytes);
        into.Available = look.Of(available, _memory.Without("MemAvailable", read), Units.Bytes);
        into.Used = look.Of(total - available, _memory.Without("MemAvailable", read), Units.Bytes);
        into.SwapTotal = look.Of(swapTotal, _memory.Without("SwapTotal", read), Units.Bytes);
        into.SwapUsed = look.Of(swapTotal - Bytes(text, "SwapFree:"u8), _memory.Without("SwapFree", read), Units.Bytes);
        groups.Memory.Sample(into, buffer, look, total, available);
    }

    public void Dispose() => _memory.Dispose();

    private static long? Bytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
        => ProcText.Field(text, name) is { } kibibytes && kibibytes <= long.MaxValue / 1024 ? kibibytes * 1024 : null;

    /// <summary>Some sandboxes leave MemAvailable out; free memory and the file cache come nearest, as free(1) does it there.</summary>
    private static long? OldAvailable(ReadOnlySpan<byte> text)
        => Bytes(text, "MemFree:"u8) + (Bytes(text, "Cached:"u8) ?? 0) + (Bytes(text, "Buffers:"u8) ?? 0) - (Bytes(text, "Shmem:"u8) ?? 0);
}
