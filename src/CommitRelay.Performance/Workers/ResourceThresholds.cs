using System.ComponentModel.DataAnnotations;
using CommitRelay.Performance.Settings;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Workers;

/// <summary>From where on a resource is saturated. All are shares, 0 to 1.</summary>
public sealed record ResourceThresholds
{
    /// <summary>Share of time in which some task waits for a processor (pressure stall information); where the system does not tell, 0.95 of the processors' time. Default 0.5.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double CpuPressure { get; set; } = 0.5;

    /// <summary>Used share of the memory that this process may have, the tightest container limit included. Default 0.9.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Memory { get; set; } = 0.9;

    /// <summary>Share of time in which all work stands still for want of memory. Default 0.1.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double MemoryPressure { get; set; } = 0.1;

    /// <summary>Share of time in which all work stands still for want of block I/O. Default 0.4.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double IoPressure { get; set; } = 0.4;

    /// <summary>Used share of the file system. Default 0.97: more work would end in writes that fail.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Disk { get; set; } = 0.97;

    /// <summary>Used share of this process's descriptors. Default 0.9.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Descriptors { get; set; } = 0.9;

    internal void Validate() => SettingsFault.ThrowIfFailed(new ResourceThresholdsValidator().Validate(null, this));
}

[OptionsValidator]
internal sealed partial class ResourceThresholdsValidator : IValidateOptions<ResourceThresholds>;
