namespace CommitRelay.Performance.Queues;

/// <summary>How tasks lie in a file.</summary>
public enum QueueShape
{
    /// <summary>
    /// JSON Lines when the name ends in <c>.jsonl</c> or <c>.ndjson</c> (before a <c>.gz</c>); else the root array when the root is one;
    /// else the array at <see cref="QueueReaderOptions.Tasks"/>.
    /// </summary>
    Auto,

    /// <summary>The array at <see cref="QueueReaderOptions.Tasks"/>, which may be the root.</summary>
    Array,

    /// <summary>One value after another at the root, with blanks between them.</summary>
    JsonLines,
}
