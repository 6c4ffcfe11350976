using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>Tokens set aside for one worker.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Master">Who set them aside.</param>
/// <param name="Tokens">How many.</param>
/// <param name="AllocatedAt">When.</param>
public sealed record TokenAllocation(string WorkerId, string? Master, long? Tokens, DateTimeOffset? AllocatedAt);

/// <summary>The home's token budget: <c>token-budget.json</c>.</summary>
/// <remarks>Immutable. The file's own sums are taken as they stand; real ones have more allocated than there is, and a negative rest.</remarks>
public sealed record TokenBudget
{
    /// <summary><c>total_budget</c>.</summary>
    public long? Total { get; init; }

    /// <summary><c>allocated</c>: set aside for workers.</summary>
    public long? Allocated { get; init; }

    /// <summary><c>in_use</c>.</summary>
    public long? InUse { get; init; }

    /// <summary><c>available</c>; negative when more was set aside than there is.</summary>
    public long? Available { get; init; }

    /// <summary><c>updated_at</c>.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary><c>allocations</c>, in the file's order; the last of a repeated worker counts.</summary>
    public IReadOnlyList<TokenAllocation> Allocations { get; init; } = [];

    /// <summary>Members that are there but hold no number or instant.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Reads a budget file.</summary>
    /// <param name="path">The file; at most 64 MiB.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="JsonFormatException">It is no JSON object; tells offset, line and what was expected.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static TokenBudget Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var document = JsonDocumentFile.Read(path);
        return OfValid(document.Bytes, path);
    }

    private static TokenBudget OfValid(ReadOnlySpan<byte> json, string file)
    {
        if (!WorkerSpec.IsObject(json))
            throw JsonFault.At(json, file, JsonText.SkipBlanks(json, 0), "a token budget expected, which is an object");
        var unreadable = new List<string>();
        var root = new SpecMembers(json, "", unreadable);
        return new TokenBudget
        {
            Total = root.Whole("total_budget"),
            Allocated = root.Whole("allocated"),
            InUse = root.Whole("in_use"),
            Available = root.Whole("available"),
            UpdatedAt = root.Instant("updated_at"),
            Allocations = AllocationsOf(root.Find("allocations"), unreadable),
            Unreadable = unreadable,
        };
    }

    private static TokenAllocation[] AllocationsOf(ReadOnlySpan<byte> json, List<string> unreadable)
    {
        var found = new Dictionary<string, TokenAllocation>(StringComparer.Ordinal);
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            var worker = JsonText.ToText(members.RawName) ?? "";
            var allocation = new SpecMembers(json[members.ValueStart..], $"allocations.{worker}.", unreadable);
            found[worker] = new TokenAllocation(worker, allocation.Text("master"), allocation.Whole("tokens"), allocation.Instant("allocated_at"));
        }

        return [.. found.Values];
    }
}
