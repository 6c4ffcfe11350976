namespace CommitRelay.Performance.Probes;

/// <summary>TCP of this network namespace. Rates are over the interval since the sample before.</summary>
public sealed class NetworkSample
{
    /// <summary>Connections established now.</summary>
    public Reading<long> Established { get; internal set; }

    /// <summary>Segments sent again.</summary>
    public Reading<double> Retransmitted { get; internal set; }

    /// <summary>Segments sent again as a share of all sent; 0 to 1.</summary>
    public Reading<double> RetransmitRatio { get; internal set; }

    /// <summary>Segments received that were malformed or had a wrong checksum.</summary>
    public Reading<double> ReceiveErrors { get; internal set; }

    /// <summary>Connections that failed before they were established.</summary>
    public Reading<double> FailedAttempts { get; internal set; }

    /// <summary>Established connections that were reset.</summary>
    public Reading<double> Resets { get; internal set; }
}
