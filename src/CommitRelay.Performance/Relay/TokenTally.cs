using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Relay;

/// <summary>Gathers what <see cref="TokenUse"/> tells, a spec at a time. Memory: the worker types, and the workers that the budget names.</summary>
internal sealed class TokenTally(TokenBudget? budget)
{
    private readonly Dictionary<string, TypeTokens> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _typeOf = (budget?.Allocations ?? []).Select(static one => one.WorkerId).Distinct().ToDictionary(static worker => worker, static _ => "(no spec)", StringComparer.Ordinal);

    public void Add(WorkerSpec spec)
    {
        if (spec.WorkerId is { } worker && _typeOf.ContainsKey(worker))
            _typeOf[worker] = spec.TypeLabel;
        ref var tokens = ref CollectionsMarshal.GetValueRefOrAddDefault(_byType, spec.TypeLabel, out _);
        tokens = tokens with { Specs = tokens.Specs + 1 };
        if (spec is { TokenBudget: { } given, TokensUsed: { } used })
            tokens = tokens with { Compared = tokens.Compared + 1, Budget = tokens.Budget + given, Used = tokens.Used + used };
    }

    public TokenUse ToUse()
    {
        foreach (var allocation in budget?.Allocations ?? [])
        {
            ref var tokens = ref CollectionsMarshal.GetValueRefOrAddDefault(_byType, _typeOf[allocation.WorkerId], out _);
            tokens = tokens with { Allocated = tokens.Allocated + (allocation.Tokens ?? 0) };
        }

        return new TokenUse(budget, _byType);
    }
}
