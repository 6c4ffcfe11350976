using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CommitRelay.Performance.Tests.Workers.Soak;

/// <summary>A task that the API did for a worker process.</summary>
internal sealed record Served(string Id, long Fence, int Worker);

/// <summary>The API of the soak, on a loopback port: does what it is asked, or in a storm refuses all with 429.</summary>
internal sealed class StormyApi : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Served> _served = new();
    private int _refused;

    public StormyApi()
    {
        Address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address { get; }

    public bool IsStormy { get; set; }

    public int Refused => Volatile.Read(ref _refused);

    public IReadOnlyCollection<Served> Served => _served;

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException or IOException)
            {
                // A worker was killed before it had its answer; what was done is done. Or this is closed.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        if (IsStormy)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = 429;
            context.Response.AddHeader("Retry-After", "1");
        }
        else
        {
            var path = context.Request.Url!.Segments;
            _served.Enqueue(new Served(path[1].TrimEnd('/'), long.Parse(path[2].TrimEnd('/')), int.Parse(path[3])));
        }

        context.Response.Close();
    }

    private static int FreePort()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        return ((IPEndPoint)any.LocalEndpoint).Port;
    }
}
