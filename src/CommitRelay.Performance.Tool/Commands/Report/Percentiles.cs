namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Percentiles by nearest rank.</summary>
internal static class Percentiles
{
    /// <param name="sorted">At least one value, smallest first.</param>
    /// <param name="percent">0 to 100.</param>
    public static double Of(IReadOnlyList<long> sorted, int percent) => sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * percent / 100.0) - 1, 0, sorted.Count - 1)];

    public static double OfUnsorted(List<long> values, int percent)
    {
        values.Sort();
        return Of(values, percent);
    }
}
