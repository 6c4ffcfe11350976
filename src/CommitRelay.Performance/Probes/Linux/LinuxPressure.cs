namespace CommitRelay.Performance.Probes.Linux;

/// <summary>The three pressure files of a folder: /proc/pressure, or a control group of version 2.</summary>
internal sealed class LinuxPressure : IDisposable
{
    private readonly Resource _cpu;
    private readonly Resource _memory;
    private readonly Resource _io;

    private LinuxPressure(string prefix, string suffix)
    {
        _cpu = new Resource($"{prefix}cpu{suffix}");
        _memory = new Resource($"{prefix}memory{suffix}");
        _io = new Resource($"{prefix}io{suffix}");
    }

    internal static LinuxPressure OfHost(ProbeOptions options) => new($"{options.ProcRoot}/pressure/", "");

    internal static LinuxPressure OfGroup(string folder) => new($"{folder}/", ".pressure");

    internal static void Unknown(PressureSample into, string because, Look look)
    {
        Resource.Unknown(into.Cpu, because, look);
        Resource.Unknown(into.Memory, because, look);
        Resource.Unknown(into.Io, because, look);
    }

    internal void Sample(PressureSample into, TextBuffer buffer, Look look)
    {
        _cpu.Sample(into.Cpu, buffer, look);
        _memory.Sample(into.Memory, buffer, look);
        _io.Sample(into.Io, buffer, look);
    }

    public void Dispose()
    {
        _cpu.Dispose();
        _memory.Dispose();
        _io.Dispose();
    }

    /// <summary>One file: "some avg10=0.12 avg60=… avg300=… total=µs", then the same for "full".</summary>
    private sealed class Resource(string path) : IDisposable
    {
        private readonly KeptFile _file = new(path);
        private long? _someBefore;
        private long? _fullBefore;

        internal void Sample(StallSample into, TextBuffer buffer, Look look)
        {
            var text = _file.Read(buffer);
            var (someAverage, some) = Parse(text, "some "u8);
            var (fullAverage, full) = Parse(text, "full "u8);
            var becauseSome = _file.Without("line \"some\"", !text.IsEmpty);
            var becauseFull = _file.Without("line \"full\"", !text.IsEmpty);
            into.SomeAverage10 = look.Of(someAverage / 100, becauseSome, Units.Ratio);
            into.FullAverage10 = look.Of(fullAverage / 100, becauseFull, Units.Ratio);
            into.Some = AtMostOne(look.Rate(some, _someBefore, becauseSome, Units.Ratio, scale: 1e-6), look);
            into.Full = AtMostOne(look.Rate(full, _fullBefore, becauseFull, Units.Ratio, scale: 1e-6), look);
            _someBefore = some;
            _fullBefore = full;
        }

        internal static void Unknown(StallSample into, string because, Look look)
            => into.SomeAverage10 = into.FullAverage10 = into.Some = into.Full = look.Unknown<double>(because, Units.Ratio);

        public void Dispose() => _file.Dispose();

        // The kernel adds stall time up at its own moments, so a short interval can see more than its length.
        private static Reading<double> AtMostOne(Reading<double> share, Look look)
            => share.TryGet(out var value) && value > 1 ? look.Known(1.0, Units.Ratio) : share;

        private static (double? Average, long? Total) Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> kind)
        {
            if (!ProcText.TryLine(text, kind, out var line))
                return default;
            double? average = null;
            if (line.IndexOf("avg10="u8) is >= 0 and var at)
            {
                var rest = line[(at + "avg10=".Length)..];
                average = ProcText.Fraction(ref rest);
            }

            var total = line.IndexOf("total="u8);
            return (average, total < 0 ? null : ProcText.Number(line[(total + "total=".Length)..]));
        }
    }
}
