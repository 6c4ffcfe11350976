namespace CommitRelay.Performance.Probes.Linux;

/// <summary>The Tcp lines of /proc/self/net/snmp: one line of names, one of values.</summary>
internal sealed class LinuxNetwork(ProbeOptions options) : IDisposable
{
    private readonly KeptFile _snmp = new($"{options.ProcRoot}/self/net/snmp");
    private Counters _before;

    internal void Sample(NetworkSample into, TextBuffer buffer, Look look)
    {
        var text = _snmp.Read(buffer);
        var because = _snmp.Without("Tcp lines", !text.IsEmpty);
        var now = Counters.Parse(text);
        into.Established = look.Of(now.Established, because, Units.Connections);
        into.Retransmitted = look.Rate(now.Retransmitted, _before.Retransmitted, because, Units.SegmentsPerSecond);
        into.RetransmitRatio = look.Share(now.Retransmitted, _before.Retransmitted, now.Sent, _before.Sent, because);
        into.ReceiveErrors = look.Rate(now.Errors, _before.Errors, because, Units.SegmentsPerSecond);
        into.FailedAttempts = look.Rate(now.Failed, _before.Failed, because, Units.ConnectionsPerSecond);
        into.Resets = look.Rate(now.Resets, _before.Resets, because, Units.ConnectionsPerSecond);
        _before = now;
    }

    public void Dispose() => _snmp.Dispose();

    private struct Counters
    {
        public long? Established;
        public long? Sent;
        public long? Retransmitted;
        public long? Errors;
        public long? Failed;
        public long? Resets;

        public static Counters Parse(ReadOnlySpan<byte> text)
        {
            var counters = default(Counters);
            if (!ProcText.TryLine(text, "Tcp:"u8, out var names))
                return counters;
            var start = text.IndexOf(names) + names.Length;
            if (!ProcText.TryLine(text[start..], "Tcp:"u8, out var values))
                return counters;
            while (true)
            {
                var name = ProcText.Word(ref names);
                if (name.IsEmpty)
                    return counters;
                counters.Set(name, ProcText.Number(ref values));
            }
        }

        private void Set(ReadOnlySpan<byte> name, long? value)
        {
            if (name.SequenceEqual("CurrEstab"u8))
                Established = value;
            else if (name.SequenceEqual("OutSegs"u8))
                Sent = value;
            else if (name.SequenceEqual("RetransSegs"u8))
                Retransmitted = value;
            else if (name.SequenceEqual("InErrs"u8))
                Errors = value;
            else if (name.SequenceEqual("AttemptFails"u8))
                Failed = value;
            else if (name.SequenceEqual("EstabResets"u8))
                Resets = value;
        }
    }
}
