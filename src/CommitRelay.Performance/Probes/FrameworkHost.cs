namespace CommitRelay.Performance.Probes;

/// <summary>What .NET itself tells of the host, on systems where nothing more has been verified.</summary>
internal static class FrameworkHost
{
    internal static void Sample(HostSample into, Look look)
    {
        SampleCpu(into.Cpu, look);
        SampleMemory(into.Memory, look);
        Linux.LinuxPressure.Unknown(into.Pressure, Look.NotVerified, look);
        Linux.LinuxPressure.Unknown(into.GroupPressure, Look.NotVerified, look);
        SampleRest(into, look);
    }

    private static void SampleCpu(CpuSample into, Look look)
    {
        into.Utilization = into.IoWait = into.Steal = into.LimitUtilization = into.Throttled = look.Unknown<double>(Look.NotVerified, Units.Ratio);
        into.Load1 = into.Load5 = into.Load15 = look.Unknown<double>(Look.NotVerified, Units.Load);
        into.Online = look.Unknown<long>(Look.NotVerified, Units.Cores);
        into.Limit = look.Known((double)Environment.ProcessorCount, Units.Cores);
    }

    private static void SampleMemory(MemorySample into, Look look)
    {
        // The collector's own view is the only portable one: as of its last collection, and within the limits it found at start.
        var memory = GC.GetGCMemoryInfo();
        var limit = memory.TotalAvailableMemoryBytes;
        const string noCollection = "no garbage collection has looked yet";
        var load = memory.MemoryLoadBytes > 0 ? memory.MemoryLoadBytes : (long?)null;
        into.Limit = look.Known(limit, Units.Bytes);
        into.Headroom = look.Of(limit - load, noCollection, Units.Bytes);
        into.Utilization = look.Of(limit > 0 ? (double?)load / limit : null, noCollection, Units.Ratio);
        into.Total = into.Available = into.Used = into.SwapTotal = into.SwapUsed = look.Unknown<long>(Look.NotVerified, Units.Bytes);
    }

    private static void SampleRest(HostSample into, Look look)
    {
        var network = into.Network;
        network.Established = look.Unknown<long>(Look.NotVerified, Units.Connections);
        network.Retransmitted = network.ReceiveErrors = look.Unknown<double>(Look.NotVerified, Units.SegmentsPerSecond);
        network.FailedAttempts = network.Resets = look.Unknown<double>(Look.NotVerified, Units.ConnectionsPerSecond);
        network.RetransmitRatio = look.Unknown<double>(Look.NotVerified, Units.Ratio);
        var descriptors = into.Descriptors;
        descriptors.Open = descriptors.Limit = descriptors.SystemOpen = descriptors.SystemLimit = look.Unknown<long>(Look.NotVerified, Units.Descriptors);
        descriptors.Utilization = look.Unknown<double>(Look.NotVerified, Units.Ratio);
    }
}
