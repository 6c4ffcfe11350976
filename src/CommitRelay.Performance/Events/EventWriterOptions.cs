namespace CommitRelay.Performance.Events;

/// <summary>Settings of an <see cref="EventWriter"/>. Copied when the writer is created. Two writers on one file in a process must agree on them.</summary>
public sealed record EventWriterOptions
{
    private const int LeastBufferBytes = 64 * 1024;
    private const int MostBufferBytes = 1 << 30;

    /// <summary>The memory for events not yet written, in bytes; rounded up to a power of two. Default 4 MiB; 64 KiB to 1 GiB. The longest event is half of it.</summary>
    public int BufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Writes as soon as so many bytes wait. Default 256 KiB; at most half of <see cref="BufferBytes"/>.</summary>
    public int FlushBytes { get; set; } = 256 * 1024;

    /// <summary>Writes as soon as so many events wait. Default: no such limit.</summary>
    public int FlushEvents { get; set; } = int.MaxValue;

    /// <summary>Writes at the latest so long after the first waiting event came. Default 100 ms; above zero, at most one hour.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What happens to an event for which there is no room. Default: the caller waits.</summary>
    public WhenFull WhenFull { get; set; } = WhenFull.Wait;

    /// <summary>How long a caller waits for room (<see cref="WhenFull.Wait"/>). Default: without end.</summary>
    public TimeSpan WaitTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the file may stay unwritable before callers that wait for an acknowledgement get an exception. Default 10 s.</summary>
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long disposal tries to write what is left. Default 5 s.</summary>
    public TimeSpan DisposeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Keeps waiting events in mapped memory, so that kill -9 loses none of them. Default true; where it cannot be had, the heap serves and
    /// <see cref="EventWriterHealth.StagingReason"/> says why. Linux only.
    /// </summary>
    public bool UseMappedMemory { get; set; } = true;

    /// <summary>
    /// The folder of the mapped memory's files, created with mode 0700; all processes that share the event file must agree on it, to recover
    /// each other's events. Default null: <c>/dev/shm/commitrelay-UID</c>, which is fastest, and lost with the machine or the container.
    /// Must lie on tmpfs, ext2, ext3, ext4 or xfs.
    /// </summary>
    public string? StagingFolder { get; set; }

    /// <summary>
    /// With fewer free bytes than these on the file's file system its disk counts as nearly full: <see cref="EventWriterHealth.IsDiskLow"/>. It is looked
    /// at when events are flushed, at most once a second. Default null: a twentieth of the file system, at most 1 GiB. 0 or more; 0: never looked at.
    /// </summary>
    public long? LowDiskBytes { get; set; }

    /// <summary>When the file is rolled, and what becomes of the rolled parts. Default: never.</summary>
    public EventRollOptions Roll { get; set; } = new();

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message gives its value and the range.</exception>
    public void Validate()
    {
        Require(BufferBytes is >= LeastBufferBytes and <= MostBufferBytes, nameof(BufferBytes), BufferBytes, $"{LeastBufferBytes} to {MostBufferBytes} bytes");
        Require(FlushBytes > 0 && FlushBytes <= BufferBytes / 2, nameof(FlushBytes), FlushBytes, $"1 to {BufferBytes / 2} bytes (half of BufferBytes, {BufferBytes})");
        Require(FlushEvents > 0, nameof(FlushEvents), FlushEvents, "at least 1");
        Require(FlushInterval > TimeSpan.Zero && FlushInterval <= TimeSpan.FromHours(1), nameof(FlushInterval), FlushInterval, "above zero, at most one hour");
        Require(Enum.IsDefined(WhenFull), nameof(WhenFull), WhenFull, "Wait, DropNewest or Throw");
        Require(WaitTimeout >= TimeSpan.Zero || WaitTimeout == Timeout.InfiniteTimeSpan, nameof(WaitTimeout), WaitTimeout, "zero or more, or infinite");
        Require(AcknowledgeTimeout > TimeSpan.Zero, nameof(AcknowledgeTimeout), AcknowledgeTimeout, "above zero");
        Require(DisposeTimeout > TimeSpan.Zero, nameof(DisposeTimeout), DisposeTimeout, "above zero");
        Require(LowDiskBytes is null or >= 0, nameof(LowDiskBytes), LowDiskBytes, "0 or more bytes");
        ArgumentNullException.ThrowIfNull(Roll);
        Require(Roll.AtBytes is null or > 0, "Roll.AtBytes", Roll.AtBytes, "at least 1 byte");
        Require(Roll.AtAge is null || Roll.AtAge > TimeSpan.Zero, "Roll.AtAge", Roll.AtAge, "above zero");
        Require(Roll.KeepCount is null or >= 0, "Roll.KeepCount", Roll.KeepCount, "0 or more");
        Require(Roll.KeepAge is null || Roll.KeepAge > TimeSpan.Zero, "Roll.KeepAge", Roll.KeepAge, "above zero");
        Require(Roll.KeepBytes is null or >= 0, "Roll.KeepBytes", Roll.KeepBytes, "0 or more");
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(EventWriterOptions)}.{name} is {value}; it must be {range}.", name);
    }
}
