namespace CommitRelay.Performance.Relay;

/// <summary>What the workers of one type were given and what they used.</summary>
/// <param name="Specs">Workers of the type.</param>
/// <param name="Compared">Of these, the ones that tell both their budget and what they used.</param>
/// <param name="Budget">Tokens those were given.</param>
/// <param name="Used">Tokens those say they used.</param>
/// <param name="Allocated">Tokens the budget file has set aside for workers of the type.</param>
public readonly record struct TypeTokens(long Specs, long Compared, long Budget, long Used, long Allocated)
{
    /// <summary>Used as a share of the budget; null when nothing can be compared.</summary>
    public double? Share => Budget > 0 ? (double)Used / Budget : null;
}

/// <summary>Who uses the home's tokens.</summary>
/// <param name="Budget">The budget file's sums; null when there is none that can be read.</param>
/// <param name="ByWorkerType">By worker type. What is set aside for a worker without a spec counts under "(no spec)".</param>
public sealed record TokenUse(TokenBudget? Budget, IReadOnlyDictionary<string, TypeTokens> ByWorkerType)
{
    /// <summary>Joins the budget with the specs of its workers.</summary>
    /// <param name="budget">The budget; null when there is none.</param>
    /// <param name="specs">The specs, of all folders.</param>
    /// <returns>The use.</returns>
    public static TokenUse Of(TokenBudget? budget, IEnumerable<WorkerSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var tally = new TokenTally(budget);
        foreach (var spec in specs)
            tally.Add(spec);
        return tally.ToUse();
    }
}
