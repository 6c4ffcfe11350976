namespace CommitRelay.Performance.Queues;

/// <summary>Where one element lies in the cutter's buffer, and where in it the values of the keys that were sought start.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="End">Behind the last byte.</param>
/// <param name="Value1">Where the first key's value starts, from <paramref name="Start"/>; or one of the constants.</param>
/// <param name="Value2">The same of the second key.</param>
/// <param name="Index">0-based place among all elements.</param>
internal readonly record struct ElementSlice(int Start, int End, int Value1, int Value2, long Index)
{
    public const int Absent = -1;

    /// <summary>The scanner cannot tell (an escaped name, too many candidates): the element must be walked.</summary>
    public const int Unknown = -2;
}
