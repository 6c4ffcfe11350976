namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Open descriptors of this process and of the system.</summary>
internal sealed class LinuxDescriptors(ProbeOptions options) : IDisposable
{
    private readonly DescriptorCount _own = new($"{options.ProcRoot}/self/fd");
    private readonly KeptFile _limits = new($"{options.ProcRoot}/self/limits");
    private readonly KeptFile _system = new($"{options.ProcRoot}/sys/fs/file-nr");

    internal void Sample(DescriptorSample into, TextBuffer buffer, Look look)
    {
        var open = _own.Count();
        var limits = _limits.Read(buffer);
        var limit = ProcText.TryLine(limits, "Max open files"u8, out var line) ? ProcText.Number(ref line) : null;
        var unlimited = limit is null && ProcText.Word(ref line).SequenceEqual("unlimited"u8);
        var becauseLimit = unlimited ? "unlimited" : _limits.Without("limit of open files", !limits.IsEmpty);
        into.Open = look.Of(open, _own.Trouble, Units.Descriptors);
        into.Limit = look.Of(limit, becauseLimit, Units.Descriptors);
        into.Utilization = look.Of(limit > 0 ? (double?)open / limit : null, open is null ? _own.Trouble : becauseLimit, Units.Ratio);
        SampleSystem(into, buffer, look);
    }

    public void Dispose()
    {
        _limits.Dispose();
        _system.Dispose();
    }

    // Three numbers: allocated, allocated but free, most. The second has been 0 since Linux 2.6.
    private void SampleSystem(DescriptorSample into, TextBuffer buffer, Look look)
    {
        var text = _system.Read(buffer);
        var because = _system.Without("count", !text.IsEmpty);
        var allocated = ProcText.Number(ref text);
        var free = ProcText.Number(ref text);
        into.SystemOpen = look.Of(allocated - free, because, Units.Descriptors);
        into.SystemLimit = look.Of(ProcText.Number(ref text), because, Units.Descriptors);
    }
}
