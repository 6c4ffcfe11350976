using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>The machine at one moment; every reading says its unit, or why it is unknown.</summary>
internal sealed record ResourcesAnswer(
    DateTimeOffset At,
    IReadOnlyDictionary<string, ReadingAnswer> Cpu,
    IReadOnlyDictionary<string, ReadingAnswer> Memory,
    IReadOnlyDictionary<string, ReadingAnswer> Swap,
    IReadOnlyDictionary<string, ReadingAnswer> Pressure,
    IReadOnlyDictionary<string, ReadingAnswer> Disk,
    IReadOnlyDictionary<string, ReadingAnswer> Descriptors,
    IReadOnlyDictionary<string, ReadingAnswer> Network)
{
    public static ResourcesAnswer Of(HostSample host, DiskSample disk) => new(
        host.At,
        new Dictionary<string, ReadingAnswer>
        {
            ["utilization"] = ReadingAnswer.Of(host.Cpu.Utilization),
            ["limit_utilization"] = ReadingAnswer.Of(host.Cpu.LimitUtilization),
            ["iowait"] = ReadingAnswer.Of(host.Cpu.IoWait),
            ["steal"] = ReadingAnswer.Of(host.Cpu.Steal),
            ["throttled"] = ReadingAnswer.Of(host.Cpu.Throttled),
            ["load_1"] = ReadingAnswer.Of(host.Cpu.Load1),
            ["load_5"] = ReadingAnswer.Of(host.Cpu.Load5),
            ["load_15"] = ReadingAnswer.Of(host.Cpu.Load15),
            ["online"] = ReadingAnswer.Of(host.Cpu.Online),
            ["limit"] = ReadingAnswer.Of(host.Cpu.Limit),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["total"] = ReadingAnswer.Of(host.Memory.Total),
            ["used"] = ReadingAnswer.Of(host.Memory.Used),
            ["available"] = ReadingAnswer.Of(host.Memory.Available),
            ["limit"] = ReadingAnswer.Of(host.Memory.Limit),
            ["headroom"] = ReadingAnswer.Of(host.Memory.Headroom),
            ["utilization"] = ReadingAnswer.Of(host.Memory.Utilization),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["total"] = ReadingAnswer.Of(host.Memory.SwapTotal),
            ["used"] = ReadingAnswer.Of(host.Memory.SwapUsed),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["cpu_some"] = ReadingAnswer.Of(host.Pressure.Cpu.SomeAverage10),
            ["memory_some"] = ReadingAnswer.Of(host.Pressure.Memory.SomeAverage10),
            ["memory_full"] = ReadingAnswer.Of(host.Pressure.Memory.FullAverage10),
            ["io_some"] = ReadingAnswer.Of(host.Pressure.Io.SomeAverage10),
            ["io_full"] = ReadingAnswer.Of(host.Pressure.Io.FullAverage10),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["kind"] = ReadingAnswer.Of(disk.Kind),
            ["total"] = ReadingAnswer.Of(disk.Total),
            ["used"] = ReadingAnswer.Of(disk.Used),
            ["available"] = ReadingAnswer.Of(disk.Available),
            ["utilization"] = ReadingAnswer.Of(disk.Utilization),
            ["inodes"] = ReadingAnswer.Of(disk.Inodes),
            ["inodes_used"] = ReadingAnswer.Of(disk.InodesUsed),
            ["busy"] = ReadingAnswer.Of(disk.Busy),
            ["reads"] = ReadingAnswer.Of(disk.Reads),
            ["writes"] = ReadingAnswer.Of(disk.Writes),
            ["read_bytes"] = ReadingAnswer.Of(disk.ReadBytes),
            ["written_bytes"] = ReadingAnswer.Of(disk.WrittenBytes),
            ["in_flight"] = ReadingAnswer.Of(disk.InFlight),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["open"] = ReadingAnswer.Of(host.Descriptors.Open),
            ["limit"] = ReadingAnswer.Of(host.Descriptors.Limit),
            ["system_open"] = ReadingAnswer.Of(host.Descriptors.SystemOpen),
            ["system_limit"] = ReadingAnswer.Of(host.Descriptors.SystemLimit),
        },
        new Dictionary<string, ReadingAnswer>
        {
            ["established"] = ReadingAnswer.Of(host.Network.Established),
            ["retransmit_ratio"] = ReadingAnswer.Of(host.Network.RetransmitRatio),
            ["resets"] = ReadingAnswer.Of(host.Network.Resets),
            ["failed_attempts"] = ReadingAnswer.Of(host.Network.FailedAttempts),
        });

    public IEnumerable<(string Section, string Name, ReadingAnswer Reading)> Rows()
    {
        (string Section, IReadOnlyDictionary<string, ReadingAnswer> Readings)[] sections =
            [("cpu", Cpu), ("memory", Memory), ("swap", Swap), ("pressure", Pressure), ("disk", Disk), ("descriptors", Descriptors), ("network", Network)];
        return sections.SelectMany(static section => section.Readings.Select(reading => (section.Section, reading.Key, reading.Value)));
    }
}
