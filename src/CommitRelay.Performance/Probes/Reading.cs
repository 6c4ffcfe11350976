using System.Diagnostics.CodeAnalysis;

namespace CommitRelay.Performance.Probes;

/// <summary>
/// One measured value with its unit and time, or the reason why there is none.
/// What the system will not tell is an ordinary answer, not an exception.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>Immutable; a default instance is unknown ("never sampled").</remarks>
public readonly record struct Reading<T>
    where T : struct
{
    private readonly T _value;
    private readonly string? _unit;
    private readonly string? _reason;

    internal Reading(T value, string? reason, string unit, DateTimeOffset at)
    {
        _value = value;
        _reason = reason;
        _unit = unit;
        At = at;
    }

    /// <summary>Whether there is a value.</summary>
    public bool IsKnown => _unit is not null && _reason is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message is <see cref="UnknownBecause"/>.</exception>
    public T Value => IsKnown ? _value : throw new InvalidOperationException($"Unknown: {UnknownBecause}");

    /// <summary>The value, or null when there is none.</summary>
    public T? ValueOrNull => IsKnown ? _value : null;

    /// <summary>Why there is no value; null when there is one.</summary>
    public string? UnknownBecause => _unit is null ? "never sampled" : _reason;

    /// <summary>The unit as OpenTelemetry writes it (UCUM): "By", "s", "1" for a ratio, "{thread}".</summary>
    public string Unit => _unit ?? "";

    /// <summary>When it was measured; for a rate, the end of its interval.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The value, if there is one.</summary>
    /// <param name="value">The value, or the default.</param>
    /// <returns>Whether there is a value.</returns>
    public bool TryGet(out T value)
    {
        value = _value;
        return IsKnown;
    }

    /// <summary>The value and its unit, or "unknown" and why.</summary>
    public override string ToString() => IsKnown ? $"{_value} {Unit}" : $"unknown: {UnknownBecause}";
}

/// <summary>Makes readings, for probes of one's own.</summary>
public static class Reading
{
    /// <summary>A value that was measured.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="unit">Its unit, see <see cref="Units"/>.</param>
    /// <param name="at">When it was measured.</param>
    /// <returns>The reading.</returns>
    public static Reading<T> Known<T>(T value, string unit, DateTimeOffset at)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(unit);
        return new(value, null, unit, at);
    }

    /// <summary>A value that could not be had.</summary>
    /// <typeparam name="T">The type the value would have.</typeparam>
    /// <param name="because">Why not, in words.</param>
    /// <param name="unit">The unit it would have, see <see cref="Units"/>.</param>
    /// <param name="at">When it was asked for.</param>
    /// <returns>The reading.</returns>
    public static Reading<T> Unknown<T>(string because, string unit, DateTimeOffset at)
        where T : struct
    {
        ArgumentException.ThrowIfNullOrEmpty(because);
        ArgumentNullException.ThrowIfNull(unit);
        return new(default, because, unit, at);
    }
}
