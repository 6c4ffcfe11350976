using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace CommitRelay.Performance.Settings;

/// <summary>The least and the most that a time may be; none at all passes.</summary>
/// <remarks>RangeAttribute takes times by type converters, which trimming and native AOT may break; and it does not tell the value.</remarks>
/// <param name="least">As TimeSpan reads it.</param>
/// <param name="most">As TimeSpan reads it; null for no such bound.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(string least, string? most = null) : ValidationAttribute
{
    private readonly TimeSpan _least = TimeSpan.Parse(least, CultureInfo.InvariantCulture);
    private readonly TimeSpan _most = most is null ? TimeSpan.MaxValue : TimeSpan.Parse(most, CultureInfo.InvariantCulture);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not TimeSpan time || (time >= _least && time <= _most))
            return ValidationResult.Success;
        var range = _most == TimeSpan.MaxValue ? $"at least {_least}" : $"from {_least} to {_most}";
        return new ValidationResult($"{validationContext.MemberName} ({time}) must be {range}.");
    }
}
