namespace CommitRelay.Performance.Hosting;

/// <summary>Where a Commit Relay home lies.</summary>
public sealed class CommitRelayOptions
{
    /// <summary>The home's folder. Null, the default: the environment variable COMMIT_RELAY_HOME, else the working directory.</summary>
    public string? Home { get; set; }
}
