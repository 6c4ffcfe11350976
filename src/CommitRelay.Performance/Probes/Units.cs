namespace CommitRelay.Performance.Probes;

/// <summary>The units of readings, as OpenTelemetry writes them (UCUM).</summary>
public static class Units
{
    /// <summary>Bytes.</summary>
    public const string Bytes = "By";

    /// <summary>Bytes a second.</summary>
    public const string BytesPerSecond = "By/s";

    /// <summary>A share: 0 is none, 1 is all.</summary>
    public const string Ratio = "1";

    /// <summary>Seconds.</summary>
    public const string Seconds = "s";

    /// <summary>CPU cores: 1 is one core busy all the time.</summary>
    public const string Cores = "{cpu}";

    /// <summary>Runnable or uninterruptible tasks (load average).</summary>
    public const string Load = "{task}";

    /// <summary>Inodes: files and folders a file system can hold.</summary>
    public const string Inodes = "{inode}";

    /// <summary>Open file descriptors.</summary>
    public const string Descriptors = "{descriptor}";

    /// <summary>Threads.</summary>
    public const string Threads = "{thread}";

    /// <summary>Work items waiting.</summary>
    public const string Items = "{item}";

    /// <summary>I/O requests.</summary>
    public const string Operations = "{operation}";

    /// <summary>I/O requests a second.</summary>
    public const string OperationsPerSecond = "{operation}/s";

    /// <summary>TCP segments a second.</summary>
    public const string SegmentsPerSecond = "{segment}/s";

    /// <summary>TCP connections.</summary>
    public const string Connections = "{connection}";

    /// <summary>TCP connections a second.</summary>
    public const string ConnectionsPerSecond = "{connection}/s";

    /// <summary>No unit: a kind, a state.</summary>
    public const string None = "";
}
