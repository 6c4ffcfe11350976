namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>One line of the table: what the server and the processes do. Times are seconds from the start; the first five are warm-up.</summary>
internal sealed record RateLimitRow(string Name, string Title)
{
    public const double WarmUp = 5;
    public const double Rate = 50;
    public const double Burst = 10;
    public const int Processes = 16;
    public const int Callers = 4;
    public const int Killed = 10;
    public const double ServiceSeconds = 0.040;

    /// <summary>Whether answers carry <c>anthropic-ratelimit-*</c>; refusals carry Retry-After in any case, but in an outage.</summary>
    public bool TellsHeaders { get; init; }

    /// <summary>Calls a second of a stranger with the same key, at random times, who never backs off.</summary>
    public double StrangerRate { get; init; }

    /// <summary>Tokens a second that the key has besides its requests; 0 for no such limit.</summary>
    public double TokenRate { get; init; }

    /// <summary>Requests a second that the key has.</summary>
    public double RequestRate { get; init; } = Rate;

    public double RequestBurst { get; init; } = Burst;

    /// <summary>When the rate is a fifth.</summary>
    public (double From, double To) Drop { get; init; }

    /// <summary>When everything is refused.</summary>
    public (double From, double To) Outage { get; init; }

    /// <summary>Whether a refusal in the outage says when it ends.</summary>
    public bool OutageHasDate { get; init; }

    /// <summary>When ten of the processes are killed.</summary>
    public double KillAt { get; init; } = double.PositiveInfinity;

    public double Seconds { get; init; } = WarmUp + 60;

    /// <summary>The rows for a length of the measured part: the second third has the drop, half time the kill.</summary>
    public static IReadOnlyList<RateLimitRow> All(double measured)
    {
        var seconds = WarmUp + measured;
        (double From, double To) middle = (WarmUp + (measured / 3), WarmUp + (measured * 2 / 3));
        (double From, double To) tenSeconds = (middle.From, middle.From + 10);
        RateLimitRow[] rows =
        [
            new("headers", "anthropic headers") { TellsHeaders = true },
            new("retry-after", "Retry-After only"),
            new("stranger-headers", "a second user of the key, headers") { TellsHeaders = true, StrangerRate = Rate / 2 },
            new("stranger", "a second user of the key, Retry-After only") { StrangerRate = Rate / 2 },
            new("drop-headers", "the rate drops to a fifth for a third of the time, headers") { TellsHeaders = true, Drop = middle },
            new("drop", "the rate drops to a fifth for a third of the time, Retry-After only") { Drop = middle },
            new("kill", "10 of the 16 processes killed at half time, headers") { TellsHeaders = true, KillAt = WarmUp + (measured / 2) },
            new("tokens", "token limits, calls of very unequal size, headers") { TellsHeaders = true, RequestRate = 1000, RequestBurst = 1000, TokenRate = 20_000 },
            new("outage", "429 for 10 s without a date") { Outage = tenSeconds },
            new("outage-date", "429 for 10 s with a date") { Outage = tenSeconds, OutageHasDate = true },
        ];
        return [.. rows.Select(row => row with { Seconds = seconds }), new("outage-long", "429 for 5 minutes without a date") { Outage = (15, 315), Seconds = 335 }];
    }

    public double RateAt(double time) => RequestRate * (time >= Drop.From && time < Drop.To ? 0.2 : 1);

    public bool IsOut(double time) => time >= Outage.From && time < Outage.To;

    /// <summary>What a call costs: half of the calls are small, one in ten is large.</summary>
    public int NextTokens(Random random) => TokenRate == 0 ? 0 : random.Next(10) switch { < 5 => random.Next(20, 100), < 9 => random.Next(100, 1000), _ => random.Next(1000, 4000) };
}
