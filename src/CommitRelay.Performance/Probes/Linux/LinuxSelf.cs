namespace CommitRelay.Performance.Probes.Linux;

/// <summary>/proc/self/status and /proc/self/fd.</summary>
internal sealed class LinuxSelf(ProbeOptions options) : IDisposable
{
    private readonly TextBuffer _buffer = new();
    private readonly KeptFile _status = new($"{options.ProcRoot}/self/status");
    private readonly DescriptorCount _descriptors = new($"{options.ProcRoot}/self/fd");

    internal void Sample(SelfSample into, Look look)
    {
        var text = _status.Read(_buffer);
        var read = !text.IsEmpty;
        into.WorkingSet = look.Of(ProcText.Field(text, "VmRSS:"u8) * 1024, _status.Without("VmRSS", read), Units.Bytes);
        into.Threads = look.Of(ProcText.Field(text, "Threads:"u8), _status.Without("Threads", read), Units.Threads);
        into.Descriptors = look.Of(_descriptors.Count(), _descriptors.Trouble, Units.Descriptors);
    }

    public void Dispose() => _status.Dispose();
}
