namespace CommitRelay.Performance.Probes;

/// <summary>What the top processes are the top of.</summary>
public enum ProcessOrder
{
    /// <summary>Processor use since the table before; over the whole life where that is not known yet.</summary>
    Cpu,

    /// <summary>Physical memory.</summary>
    Memory,
}
