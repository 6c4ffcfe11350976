using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using CommitRelay.Performance.Events;
using Microsoft.Extensions.Hosting;

namespace CommitRelay.Samples.FirstFix;

/// <summary>The other mistakes; most of them only their author can mend, as the pages of the rules show. Nothing here is measured.</summary>
internal sealed class ByHand(string path, Channel<string> channel, HttpClient client) : BackgroundService
{
    private readonly StreamWriter _slow = new(path + ".slow", append: true);
    private readonly StreamWriter _log = new(path + ".log", append: true) { AutoFlush = true }; // CRP0003
    private List<string> _ids = [];

    public void Log(string message) => File.AppendAllText("first-fix.log", message + "\n"); // CRP0002

    public void Rename(string id)
    {
        using (var stream = File.OpenRead(path))
            _ids = JsonSerializer.Deserialize<List<string>>(stream)!;
        _ids.Add(id);
        File.WriteAllText(path, JsonSerializer.Serialize(_ids)); // CRP0020
    }

    public void RenameAll(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            using (var stream = File.OpenRead(path))
                _ids = JsonSerializer.Deserialize<List<string>>(stream)!;
            _ids.Add(id);
            File.WriteAllText(path, JsonSerializer.Serialize(_ids)); // CRP0022
        }
    }

    public void Tell(string message) => _log.WriteLine(message);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var item in channel.Reader.ReadAllAsync(stoppingToken))
        {
            _slow.WriteLine(item);
            _slow.Flush(); // CRP0004
            using var own = new HttpClient(); // CRP0032
            await own.GetAsync(item, stoppingToken);
            var known = JsonSerializer.Deserialize<List<string>>(File.ReadAllText(path)); // CRP0010, CRP0011
            if (known!.Contains(item))
                await GetAsync(item, stoppingToken);
        }
    }

    private async Task<string> GetAsync(string url, CancellationToken stoppingToken)
    {
        var writer = new EventWriter(path + ".events"); // CRP0040
        writer.WriteLine("{}"u8);
        while (true)
        {
            var response = await client.GetAsync(url, stoppingToken);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                return await response.Content.ReadAsStringAsync(stoppingToken);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stoppingToken); // CRP0030
        }
    }
}

internal sealed class BackoffHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.TooManyRequests)
            return response;
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken); // CRP0033
        return await base.SendAsync(request, cancellationToken);
    }
}

internal static class DoneFile
{
    public static List<string>? Load(string file) => JsonSerializer.Deserialize<List<string>>(File.ReadAllText(file)); // CRP0014
}
