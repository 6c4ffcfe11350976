using System.Globalization;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.RateLimits;

/// <summary>Checks <see cref="RateLimitStrategyOptions"/>: each value's range, and the pairs that must agree.</summary>
internal sealed class RateLimitStrategyOptionsValidator : IValidateOptions<RateLimitStrategyOptions>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RateLimitStrategyOptions options)
    {
        var faults = new List<string>();
        Between(faults, nameof(options.TotalBudget), options.TotalBudget, TimeSpan.FromTicks(1), Day);
        Between(faults, nameof(options.LongestBackoff), options.LongestBackoff, TimeSpan.FromTicks(1), Hour);
        Between(faults, nameof(options.BackoffBase), options.BackoffBase, TimeSpan.FromTicks(1), Hour);
        Between(faults, nameof(options.LongWait), options.LongWait, Second, Hour);
        Between(faults, nameof(options.InitialRequestsPerSecond), options.InitialRequestsPerSecond, 0.001, 10_000);
        Between(faults, nameof(options.RetryRatio), options.RetryRatio, 0, 1);
        Between(faults, nameof(options.RetriesPerSecond), options.RetriesPerSecond, 0.001, 1000);
        if (options.MaxRetryAttempts < 0)
            faults.Add($"{nameof(options.MaxRetryAttempts)} is {Text(options.MaxRetryAttempts)}; it must not be negative.");
        if (options.BackoffBase > options.LongestBackoff)
            faults.Add($"{nameof(options.BackoffBase)} is {Text(options.BackoffBase)}, more than {nameof(options.LongestBackoff)}, which is {Text(options.LongestBackoff)}.");
        if (!Enum.IsDefined(options.Sharing))
            faults.Add($"{nameof(options.Sharing)} is {Text((int)options.Sharing)}, which has no meaning.");
        if (options.Statistics is null)
            faults.Add($"{nameof(options.Statistics)} is null.");
        if (options.Randomizer is null)
            faults.Add($"{nameof(options.Randomizer)} is null.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>For options that no container validates.</summary>
    public static void ThrowIfInvalid(RateLimitStrategyOptions options)
    {
        var result = new RateLimitStrategyOptionsValidator().Validate(options.Name, options);
        if (result.Failed)
            throw new OptionsValidationException(options.Name ?? RateLimitDefaults.Name, typeof(RateLimitStrategyOptions), result.Failures);
    }

    private static void Between<T>(List<string> faults, string name, T value, T least, T most)
        where T : IComparable<T>, IFormattable
    {
        // Written so that NaN, which compares below everything, fails too.
        if (!(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0))
            faults.Add($"{name} is {Text(value)}; it must be from {Text(least)} to {Text(most)}.");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
