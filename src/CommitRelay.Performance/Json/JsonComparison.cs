namespace CommitRelay.Performance.Json;

/// <summary>How a member's value must stand to a given one.</summary>
public enum JsonComparison
{
    /// <summary>The member is less, or earlier.</summary>
    LessThan,

    /// <summary>The member is at most as large, or not later.</summary>
    AtMost,

    /// <summary>The member is greater, or later.</summary>
    GreaterThan,

    /// <summary>The member is at least as large, or not earlier.</summary>
    AtLeast,
}
