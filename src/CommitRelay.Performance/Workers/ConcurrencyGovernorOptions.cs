using System.ComponentModel.DataAnnotations;
using CommitRelay.Performance.Settings;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Workers;

/// <summary>How many tasks may run at once, and how fast that number moves.</summary>
public sealed class ConcurrencyGovernorOptions
{
    /// <summary>Permits that are always there, however saturated the machine: work must not stop. Default 1; 1 to <see cref="Ceiling"/>.</summary>
    [Range(1, int.MaxValue)]
    public int Minimum { get; set; } = 1;

    /// <summary>The most tasks at once. Default four for each processor; at least <see cref="Minimum"/>.</summary>
    public int Ceiling { get; set; } = Environment.ProcessorCount * 4;

    /// <summary>The time between two looks at the resources. Default 1 s; 0.1 s to 10 min.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a level that saturated something is left alone before it is tried again. Default 1 min; 1 s to 1 day.</summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From where on a resource is saturated, where the governor is fed by <see cref="ResourceSignals"/>. Default those of a new <see cref="ResourceThresholds"/>.</summary>
    [Required]
    [ValidateObjectMembers(typeof(ResourceThresholdsValidator))]
    public ResourceThresholds Thresholds { get; set; } = new();

    internal void Validate()
    {
        SettingsFault.ThrowIfFailed(new ConcurrencyGovernorOptionsValidator().Validate(null, this));

        // No attribute looks at two members.
        if (Minimum > Ceiling)
            throw new ArgumentOutOfRangeException(nameof(Minimum), Minimum, $"Minimum ({Minimum} permits) is more than Ceiling ({Ceiling} permits).");
    }
}

[OptionsValidator]
internal sealed partial class ConcurrencyGovernorOptionsValidator : IValidateOptions<ConcurrencyGovernorOptions>;
