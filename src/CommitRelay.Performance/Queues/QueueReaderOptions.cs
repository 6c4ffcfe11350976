using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>How queue files are read. Copied when the reader is made.</summary>
public sealed record QueueReaderOptions
{
    /// <summary>Default of <see cref="BufferBytes"/>: 256 KiB.</summary>
    public const int DefaultBufferBytes = 256 * 1024;

    /// <summary>Default of <see cref="MaxElementBytes"/>: 64 MiB.</summary>
    public const int DefaultMaxElementBytes = 64 * 1024 * 1024;

    /// <summary>Default of <see cref="MaxDepth"/>: 64 levels, which is what System.Text.Json allows.</summary>
    public const int DefaultMaxDepth = 64;

    internal const int LargestMaxDepth = 10_000;

    /// <summary>Where the array of tasks is: member names and indexes. Default: <c>tasks</c>. <c>$</c> is the root array.</summary>
    public JsonPath Tasks { get; init; } = "tasks";

    /// <summary>How tasks lie in the file. Default: <see cref="QueueShape.Auto"/>.</summary>
    public QueueShape Shape { get; init; }

    /// <summary>Names of the members that the library itself must know. Default: those of <see cref="QueueMemberNames"/>.</summary>
    public QueueMemberNames Members { get; init; } = new();

    /// <summary>Priorities from the most to the least urgent; any other text, and none, comes last. Default: critical, high, medium, low.</summary>
    public IReadOnlyList<string> PriorityOrder { get; init; } = ["critical", "high", "medium", "low"];

    /// <summary>
    /// False (default): the header, the tail, separators between elements, bracket kinds, raw control bytes in texts, and each yielded element in
    /// full are checked; elements that the filter skips are otherwise taken on trust. True: all of RFC 8259 is checked everywhere, a byte order
    /// mark and a repeated member are faults too. Costs a check of every byte instead of a skip.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// Null (default): the first fault is thrown. Otherwise each fault is handed to this, on the reading thread, and reading goes on at the next element;
    /// a file that ends too early ends there.
    /// </summary>
    public Action<QueueFormatException>? OnMalformed { get; init; }

    /// <summary>Most levels of nesting, the root included. Default 64; 1 to 10,000.</summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    /// <summary>Most bytes of one element, or of one token outside elements. Default 64 MiB; 1 KiB to 1 GiB.</summary>
    public int MaxElementBytes { get; init; } = DefaultMaxElementBytes;

    /// <summary>Bytes asked for in one read. Memory is about twice this and the largest element. Default 256 KiB; 4 KiB to 16 MiB.</summary>
    public int BufferBytes { get; init; } = DefaultBufferBytes;

    /// <summary>
    /// How many cores one read of a file may use. Default 1; 1 to 64. With more, <see cref="QueueReader.CountAsync"/>, <see cref="QueueReader.CountByAsync"/> and
    /// <see cref="QueueReader{T}.ReadAsync"/> read parts of an unpacked file side by side, from the first 2 MiB on. Each part guesses where its first task
    /// starts; what it found counts only when the part before has arrived at that very byte, else the part is read again in order: the answer, its
    /// order and its faults are those of one core. Memory: two parts of 1 MiB a core, as tasks where tasks are made. Converters of the task's type
    /// run on several threads and may see an object that turns out to be no task.
    /// </summary>
    public int MaxCores { get; init; } = 1;

    /// <summary>
    /// True: the bytes of an element are overwritten when the reader moves on, so that code that kept them without copying sees it at once.
    /// For tests. Default false.
    /// </summary>
    public bool PoisonElements { get; init; }

    /// <summary>The vectors to scan with; for tests and benchmarks.</summary>
    internal ScanWidth Width { get; init; }

    /// <summary>Bytes of a part that one core reads at a time; smaller in tests, for more seams.</summary>
    internal int PartBytes { get; init; } = 1024 * 1024;

    internal QueueReaderOptions Validated()
    {
        Range(MaxCores, 1, 64, nameof(MaxCores));
        Range(MaxDepth, 1, LargestMaxDepth, nameof(MaxDepth));
        Range(MaxElementBytes, 1024, 1 << 30, nameof(MaxElementBytes));
        Range(BufferBytes, 4096, 16 * 1024 * 1024, nameof(BufferBytes));
        ArgumentNullException.ThrowIfNull(Tasks);
        ArgumentNullException.ThrowIfNull(Members);
        ArgumentNullException.ThrowIfNull(PriorityOrder);
        foreach (var step in Tasks.Segments)
        {
            if (step.ItemText is not null)
                throw new ArgumentException($"{nameof(Tasks)} must be made of member names and indexes, but is {Tasks}.", nameof(Tasks));
        }

        return this;
    }

    private static void Range(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {least} to {most}, but is {value}.");
    }
}
