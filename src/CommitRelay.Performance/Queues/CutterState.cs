namespace CommitRelay.Performance.Queues;

/// <summary>Why <see cref="ElementCutter.Cut"/> returned.</summary>
internal enum CutterState
{
    /// <summary>There are elements; they are valid until the next call.</summary>
    Elements,

    /// <summary>More bytes are needed, or the word that there are none.</summary>
    NeedsInput,

    /// <summary>The text was read to its end.</summary>
    Done,
}
