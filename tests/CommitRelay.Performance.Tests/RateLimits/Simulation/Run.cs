using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.Tests.RateLimits.Simulation;

/// <summary>One run: processes of callers in a closed loop, the real handler in each, one shared state, one server.</summary>
internal sealed class Run
{
    private readonly VirtualTime _time;
    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly SimulatedServer _server;
    private readonly InProcessRateLimitState _state;
    private readonly List<Process> _processes = [];
    private readonly Dictionary<(int, int), double> _pending = [];
    private readonly List<(double At, double Latency, int Process)> _done = [];
    private int _strangerSent;
    private int _strangerRefused;
    private int _failed;

    private Run(Scenario scenario, int seed)
    {
        _scenario = scenario;
        _random = new Random(seed);
        _time = new VirtualTime(seed, scenario.Lateness, scenario.StallAt);
        _server = new SimulatedServer(_time, scenario);
        _state = new InProcessRateLimitState(new PaceSettings { Randomizer = _random.NextDouble }, _time.NewClock());
    }

    /// <summary>Runs on a thread of its own: a test runner's synchronization context would move continuations to other threads.</summary>
    public static RunResult Of(Scenario scenario, int seed = 1)
    {
        RunResult? result = null;
        var thread = new Thread(() => result = OnThisThread(scenario, seed));
        thread.Start();
        thread.Join();
        return result!;
    }

    private static RunResult OnThisThread(Scenario scenario, int seed)
    {
        var run = new Run(scenario, seed);
        run.Start();
        run._time.RunFor(TimeSpan.FromSeconds(scenario.Seconds));
        return run.Measure();
    }

    private void Start()
    {
        for (var p = 0; p < _scenario.Processes; p++)
        {
            var process = new Process(_time.NewClock());
            _processes.Add(process);
            var invoker = NewClient(process);
            for (var c = 0; c < _scenario.Callers; c++)
                _ = CallAsync(process, invoker, p, c, TimeSpan.FromSeconds(_random.NextDouble() * 2));
        }

        if (_scenario.StrangerRate > 0)
            _ = StrangerAsync();
        if (!double.IsInfinity(_scenario.KillAt))
            _ = KillAsync();
    }

    private HttpMessageInvoker NewClient(Process process)
    {
        var options = new RateLimitStrategyOptions
        {
            TotalBudget = TimeSpan.FromMinutes(30),
            Randomizer = _random.NextDouble,
            State = _ => _state,
            WakeInline = true,
            ReadUsage = _scenario.TokenRate > 0 ? static (response, _) => new ValueTask<RateLimitUsage?>(new RateLimitUsage(int.Parse(response.ReasonPhrase!), 0)) : null,
            EstimateUsage = static request => request.Options.TryGetValue(Estimate, out var tokens) ? new RateLimitUsage(tokens, 0) : default,
        };
        return new HttpMessageInvoker(new RateLimitHandler(options, process.Clock) { InnerHandler = new Wire(_server) });
    }

    private async Task CallAsync(Process process, HttpMessageInvoker invoker, int p, int c, TimeSpan delay)
    {
        await Task.Delay(delay, process.Clock).ConfigureAwait(false);
        while (true)
        {
            var startedAt = _time.Seconds;
            _pending[(p, c)] = startedAt;
            using var request = NewRequest();
            try
            {
                using var response = await invoker.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
                if (process.Clock.IsDead)
                    return;
                _done.Add((_time.Seconds, _time.Seconds - startedAt, p));
            }
            catch (Exception e) when (e is RateLimitedException or HttpRequestException)
            {
                _failed++;
            }

            _pending.Remove((p, c));
            if (_scenario.Think > 0)
                await Task.Delay(TimeSpan.FromSeconds(_scenario.Think * 2 * _random.NextDouble()), process.Clock).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://api.example/v1");
        if (_scenario.TokenRate == 0)
            return request;

        // Very unequal sizes: half of the calls are small, one in ten is large; estimates are off by up to a third.
        var tokens = _random.Next(10) switch { < 5 => _random.Next(20, 100), < 9 => _random.Next(100, 1000), _ => _random.Next(1000, 4000) };
        request.Options.Set(Tokens, tokens);
        request.Options.Set(Estimate, (int)(tokens * (0.67 + (_random.NextDouble() * 0.66))));
        return request;
    }

    private async Task StrangerAsync()
    {
        var clock = new VirtualTime.Clock(_time) { IsExact = true };
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / _scenario.StrangerRate), clock).ConfigureAwait(false);
            var served = _server.TakeForStranger();
            if (_time.Seconds < _scenario.WarmUp)
                continue;
            _strangerSent++;
            _strangerRefused += served ? 0 : 1;
        }
    }

    private async Task KillAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(_scenario.KillAt), _time.NewClock()).ConfigureAwait(false);
        for (var p = 0; p < _scenario.Killed; p++)
        {
            _processes[p].Clock.IsDead = true;
            for (var c = 0; c < _scenario.Callers; c++)
                _pending.Remove((p, c));
        }
    }

    private RunResult Measure()
    {
        var end = _scenario.Seconds;
        var from = _scenario.WarmUp;
        var served = _done.Where(d => d.At >= from).ToList();
        var latencies = served.Select(d => d.Latency).Concat(_pending.Values.Select(startedAt => end - startedAt)).Order().ToArray();
        var alive = Enumerable.Range(double.IsInfinity(_scenario.KillAt) ? 0 : _scenario.Killed, _scenario.Processes - (double.IsInfinity(_scenario.KillAt) ? 0 : _scenario.Killed));
        var shares = alive.Select(p => (double)served.Count(d => d.Process == p)).ToArray();
        var sent = _server.ArrivedAt.Count(at => at >= from);
        return new RunResult
        {
            Goodput = served.Count / (end - from),
            RefusedShare = (double)_server.RefusedAt.Count(at => at >= from) / sent,
            P99 = latencies.Length == 0 ? 0 : latencies[(int)(latencies.Length * 0.99)],
            Failed = _failed,
            Jain = shares.Sum() * shares.Sum() / (shares.Length * shares.Sum(s => s * s)),
            LeastOfMean = shares.Min() / shares.Average(),
            StrangerRefusedShare = _strangerSent == 0 ? 0 : (double)_strangerRefused / _strangerSent,
            TokensPerSecond = _server.TokensServed / (end - from),
            Arrivals = _server.ArrivedAt,
            Served = [.. _done.Select(d => d.At)],
            View = _state.ViewAsync().AsTask().Result,
        };
    }

    internal static readonly HttpRequestOptionsKey<int> Tokens = new("tokens");
    private static readonly HttpRequestOptionsKey<int> Estimate = new("estimate");

    private sealed record Process(VirtualTime.Clock Clock);

    private sealed class Wire(SimulatedServer server) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var tokens = request.Options.TryGetValue(Tokens, out var value) ? value : 0;
            var response = await server.AnswerAsync(tokens).ConfigureAwait(false);
            response.ReasonPhrase = $"{tokens}";
            return response;
        }
    }
}

/// <summary>What a run gave, from the end of the warm-up on.</summary>
internal sealed record RunResult
{
    public double Goodput { get; init; }

    public double RefusedShare { get; init; }

    public double P99 { get; init; }

    public int Failed { get; init; }

    public double Jain { get; init; }

    public double LeastOfMean { get; init; }

    public double StrangerRefusedShare { get; init; }

    public double TokensPerSecond { get; init; }

    public required List<double> Arrivals { get; init; }

    public required List<double> Served { get; init; }

    public RateLimitView View { get; init; }

    public int ArrivalsIn(double from, double to) => Arrivals.Count(at => at >= from && at < to);

    public int ServedIn(double from, double to) => Served.Count(at => at >= from && at < to);
}
