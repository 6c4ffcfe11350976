using System.Diagnostics;
using System.Globalization;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>One run: a server process, sixteen client processes, and what they told.</summary>
internal sealed class RateLimitRun : IDisposable
{
    /// <summary>The verb's arguments for a child process.</summary>
    public const string ServerPart = "server";
    public const string ClientPart = "client";
    private readonly RateLimitRow _row;
    private readonly int _seed;
    private readonly List<Process> _clients = [];
    private Process _server = null!;
    private readonly List<FinishedCall> _calls = [];
    private readonly List<(double At, bool Refused)> _requests = [];
    private readonly Lock _gate = new();
    private int _strangerCalls;
    private int _strangerRefused;

    private RateLimitRun(RateLimitRow row, int seed) => (_row, _seed) = (row, seed);

    /// <summary>Starts the processes; they wait for <see cref="MeasureAsync"/>.</summary>
    public static async Task<RateLimitRun> StartAsync(RateLimitRow row, double measured, string contender, int seed)
    {
        var run = new RateLimitRun(row, seed);
        string[] arguments = [row.Name, measured.ToString(CultureInfo.InvariantCulture), $"{seed}"];
        run._server = Start([ServerPart, .. arguments]);
        var port = await run._server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server has not started.");
        var scope = $"benchmark-{Guid.NewGuid()}";
        for (var process = 0; process < RateLimitRow.Processes; process++)
            run._clients.Add(Start([ClientPart, .. arguments, $"{process}", contender, port, scope]));
        foreach (var client in run._clients)
        {
            if (await client.StandardOutput.ReadLineAsync() != "ready")
                throw new InvalidOperationException("A client has not started.");
        }

        return run;
    }

    public async Task<RateLimitOutcome> MeasureAsync()
    {
        var start = Stopwatch.GetTimestamp();
        Tell($"go {start}");
        var reading = _clients.Select(ReadAsync).ToList();
        await KillAsync(start);
        await DelayUntil(start, _row.Seconds);
        Tell("end");
        await Task.WhenAll(reading);
        while (await _server.StandardOutput.ReadLineAsync() is { } line)
            ReadServer(line.Split(' '));
        return RateLimitOutcome.Of(_row, _calls, _requests, (_strangerCalls, _strangerRefused), IdealQueue.Run(_row, _seed));
    }

    public void Dispose()
    {
        foreach (var child in _clients.Append(_server))
        {
            if (!child.HasExited)
                child.Kill();
            child.Dispose();
        }
    }

    private void Tell(string line)
    {
        foreach (var child in _clients.Prepend(_server).Where(static child => !child.HasExited))
            child.StandardInput.WriteLine(line);
    }

    private static async Task DelayUntil(long start, double seconds)
    {
        var left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, CancellationToken.None);
    }

    private async Task KillAsync(long start)
    {
        if (double.IsInfinity(_row.KillAt))
            return;
        await DelayUntil(start, _row.KillAt);
        foreach (var client in _clients[..RateLimitRow.Killed])
            client.Kill();
    }

    private async Task ReadAsync(Process client, int process)
    {
        while (await client.StandardOutput.ReadLineAsync() is { } line)
        {
            // A killed process may have left a part of a line.
            if (line.Split(' ') is [var end, var startedAt, var endedAt, var tokens] && Enum.TryParse<CallEnd>(end, ignoreCase: true, out var kind))
            {
                lock (_gate)
                    _calls.Add(new FinishedCall(process, Number(startedAt), Number(endedAt), kind, int.Parse(tokens, CultureInfo.InvariantCulture)));
            }
        }
    }

    private void ReadServer(string[] words)
    {
        if (words is ["stranger", var calls, var refused])
            (_strangerCalls, _strangerRefused) = (int.Parse(calls, CultureInfo.InvariantCulture), int.Parse(refused, CultureInfo.InvariantCulture));
        else
            _requests.Add((Number(words[1]), words[0] == "refused"));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static Process Start(string[] arguments)
    {
        string[] verb = [RateLimitFigures.Verb, .. arguments];
        // Seventeen processes that compile their hot methods anew would be half of the load, and no contender is limited by its code's speed.
        var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, isHosted ? [typeof(RateLimitRun).Assembly.Location, .. verb] : verb)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountThreshold"] = "FFFF" },
        })!;
        process.StandardInput.AutoFlush = true;
        return process;
    }
}
