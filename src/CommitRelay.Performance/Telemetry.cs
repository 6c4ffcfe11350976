using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CommitRelay.Performance;

/// <summary>
/// The one <see cref="System.Diagnostics.Metrics.Meter"/> and the one <see cref="System.Diagnostics.ActivitySource"/> of the library.
/// Instruments stand with the capability that feeds them; their names begin with <c>commitrelay.</c> and the capability.
/// </summary>
internal static class Telemetry
{
    internal const string Name = "CommitRelay.Performance";

    internal static readonly Meter Meter = new(Name);

    internal static readonly ActivitySource Activities = new(Name);
}
