using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Workers;

/// <summary>
/// The most workers at once that the home's own settings allow, watched: <c>max_concurrent_workers</c> of <c>config/system.json</c>
/// where it exists, else <c>services.max_workers_per_master</c>, else what the governor's options say.
/// </summary>
/// <remarks>Looking costs one stat of the file. A broken or vanished file changes nothing: the last good settings stand. Not thread-safe.</remarks>
public sealed class HomeCeiling
{
    private readonly JsonFileCache<HomeSettings> _settings;
    private HomeSettings? _applied;

    /// <summary>Watches a home's settings; nothing is read yet.</summary>
    /// <param name="home">The home.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public HomeCeiling(RelayHome home, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        _settings = new JsonFileCache<HomeSettings>(home.SystemConfig, HomeSettingsContext.Default.HomeSettings, time);
    }

    /// <summary>Hands the settings' ceiling to a governor if it changed.</summary>
    /// <param name="governor">The governor.</param>
    public void Apply(ConcurrencyGovernor governor)
    {
        ArgumentNullException.ThrowIfNull(governor);
        HomeSettings settings;
        try
        {
            settings = _settings.Get();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonFormatException)
        {
            // A home without settings is an ordinary home, and broken ones have nothing to say.
            return;
        }

        if (settings == _applied)
            return;
        _applied = settings;
        if (settings.MaxConcurrentWorkers is > 0 and var most)
            governor.SetCeiling(most, "max_concurrent_workers of config/system.json");
        else if (settings.Services?.MaxWorkersPerMaster is > 0 and var each)
            governor.SetCeiling(each, "services.max_workers_per_master of config/system.json");
        else
            governor.ResetCeiling();
    }
}

/// <summary>What of the home's settings concerns the ceiling.</summary>
internal sealed record HomeSettings(
    [property: JsonPropertyName("max_concurrent_workers")] int? MaxConcurrentWorkers,
    [property: JsonPropertyName("services")] HomeServices? Services);

/// <summary>The part of the settings about services.</summary>
internal sealed record HomeServices([property: JsonPropertyName("max_workers_per_master")] int? MaxWorkersPerMaster);

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(HomeSettings))]
internal sealed partial class HomeSettingsContext : JsonSerializerContext;
