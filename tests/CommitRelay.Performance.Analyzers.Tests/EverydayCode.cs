namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>
/// Ordinary code in the styles of other repositories, written after the rules and judged by hand first: what no rule may
/// speak about, and a few places with exactly one finding.
/// </summary>
public sealed class EverydayCode
{
    [Fact]
    public Task RetryAroundAnAppend_IsSilent() => AllRules.Check("""
        static class Audit
        {
            private static readonly string Target = Path.Combine(AppContext.BaseDirectory, "audit.log");

            public static async Task Save(IReadOnlyList<string> lines, CancellationToken ct)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        await File.AppendAllLinesAsync(Target, lines, ct);
                        return;
                    }
                    catch (IOException) when (attempt < 5)
                    {
                        await Task.Delay(50 * attempt, ct);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task HeartbeatFile_IsSilent() => AllRules.Check("""
        sealed class Heartbeat(string path) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15));
                while (await timer.WaitForNextTickAsync(stoppingToken))
                    await File.WriteAllTextAsync(path, DateTimeOffset.UtcNow.ToString("O"), stoppingToken);
            }
        }
        """);

    [Fact]
    public Task SlowTickThatAppends_IsSilent() => AllRules.Check("""
        sealed class Sampler : BackgroundService
        {
            private readonly string _file = "samples.csv";

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    File.AppendAllText(_file, $"{DateTime.UtcNow:O},{GC.GetTotalMemory(false)}\n");
                    await Task.Delay(TimeSpan.FromMinutes(1), stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task WriterPerFileOfALoop_IsSilent() => AllRules.Check("""
        sealed record Page(string Name, IReadOnlyList<string> Lines);

        static class Exporter
        {
            public static void Export(string folder, IEnumerable<Page> pages)
            {
                foreach (var page in pages)
                {
                    using var writer = new StreamWriter(Path.Combine(folder, page.Name + ".txt"));
                    foreach (var line in page.Lines)
                        writer.WriteLine(line);
                    writer.Flush();
                }
            }
        }
        """);

    [Fact]
    public Task AppendToAFileOfTheItem_IsSilent() => AllRules.Check("""
        sealed record Reading(string Sensor, double Value);

        sealed class Splitter(Channel<Reading> channel, string folder) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var reading in channel.Reader.ReadAllAsync(stoppingToken))
                {
                    using var writer = new StreamWriter(Path.Combine(folder, reading.Sensor + ".csv"), append: true);
                    await writer.WriteLineAsync(reading.Value.ToString());
                }
            }
        }
        """);

    [Fact]
    public Task BatchPerTurn_IsSilent() => AllRules.Check("""
        sealed class Flusher(ConcurrentQueue<string> pending) : BackgroundService
        {
            private readonly string _path = "events.jsonl";

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var batch = new List<string>();
                while (!stoppingToken.IsCancellationRequested)
                {
                    while (batch.Count < 500 && pending.TryDequeue(out var line))
                        batch.Add(line);
                    if (batch.Count > 0)
                    {
                        await File.AppendAllLinesAsync(_path, batch, stoppingToken);
                        batch.Clear();
                    }

                    await Task.Delay(200, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task BuilderAppendedOnceATurn_IsSilent() => AllRules.Check("""
        sealed class Collector(Channel<string[]> channel) : BackgroundService
        {
            private const string Path = "lines.log";

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var lines in channel.Reader.ReadAllAsync(stoppingToken))
                    await File.AppendAllLinesAsync(Path, lines, stoppingToken);
            }
        }
        """);

    [Fact]
    public Task ConsoleAndPipesWithAutoFlush_AreSilent() => AllRules.Check("""
        static class Program
        {
            private static async Task Main(string[] args)
            {
                var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
                Console.SetOut(output);
                using var process = System.Diagnostics.Process.Start("cat")!;
                process.StandardInput.AutoFlush = true;
                foreach (var arg in args)
                {
                    await process.StandardInput.WriteLineAsync(arg);
                    await process.StandardInput.FlushAsync();
                    await output.WriteLineAsync(arg);
                    await output.FlushAsync();
                }
            }
        }
        """);

    [Fact]
    public Task LineProtocolOnASocket_IsSilent() => AllRules.Check("""
        sealed class LineServer
        {
            public async Task Serve(System.Net.Sockets.TcpClient client, CancellationToken ct)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                await using var writer = new StreamWriter(stream) { AutoFlush = true };
                while (await reader.ReadLineAsync(ct) is { } line)
                {
                    await writer.WriteLineAsync(line.ToUpperInvariant());
                    await writer.FlushAsync(ct);
                }
            }
        }
        """);

    [Fact]
    public Task ServerSentEvents_AreSilent() => AllRules.Check("""
        sealed class Push(Channel<string> messages)
        {
            public async Task Write(Stream body, CancellationToken ct)
            {
                await foreach (var message in messages.Reader.ReadAllAsync(ct))
                {
                    await body.WriteAsync(Encoding.UTF8.GetBytes($"data: {message}\n\n"), ct);
                    await body.FlushAsync(ct);
                }
            }
        }
        """);

    [Fact]
    public Task CommandLineToolThatReadsItsInputOnce_IsAtMostAnInfo() => AllRules.Check("""
        sealed record Order(int Id, decimal Total);

        static class Program
        {
            private static int Main(string[] args)
            {
                var orders = JsonSerializer.Deserialize<List<Order>>({|CRP0014:File.ReadAllText(args[0])|})!;
                Console.WriteLine(orders.Sum(static o => o.Total));
                return 0;
            }
        }
        """);

    [Fact]
    public Task SettingsAtStartUp_AreSilent() => AllRules.Check("""
        sealed class AppSettings { public string Endpoint { get; set; } = ""; }

        sealed class Startup
        {
            public static AppSettings Load(string folder)
            {
                var path = Path.Combine(folder, "appsettings.json");
                if (!File.Exists(path))
                    return new AppSettings();
                var json = File.ReadAllText(path);
                return JsonSerializer.Deserialize<AppSettings>(json) ?? new AppSettings();
            }
        }
        """);

    [Fact]
    public Task NewtonsoftTableReadByAConstructor_IsSilent() => AllRules.Check("""
        sealed class Glossary
        {
            private readonly Dictionary<string, string> _words;

            public Glossary(string path) => _words = Read(path);

            public string this[string word] => _words[word];

            private static Dictionary<string, string> Read(string path) =>
                Newtonsoft.Json.JsonConvert.DeserializeObject<Dictionary<string, string>>(File.ReadAllText(path))!;
        }
        """);

    [Fact]
    public Task TextUsedForMoreThanParsing_IsSilent() => AllRules.Check("""
        sealed record Job(string Name);

        sealed class Loader(string inbox) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var file in Directory.EnumerateFiles(inbox, "*.json"))
                {
                    var text = await File.ReadAllTextAsync(file, stoppingToken);
                    try
                    {
                        var job = JsonSerializer.Deserialize<Job>(text);
                        Console.WriteLine(job!.Name);
                    }
                    catch (JsonException e)
                    {
                        Console.Error.WriteLine($"{file}: {e.Message} in {text}");
                    }
                }
            }
        }
        """);

    [Fact]
    public Task HashGuardedReload_IsAtMostTheWholeFileRead() => AllRules.Check("""
        sealed class Rules(string path) : BackgroundService
        {
            private DateTime _seen;
            private Dictionary<string, int>? _limits;

            public int? this[string key] => _limits?.GetValueOrDefault(key);

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var written = File.GetLastWriteTimeUtc(path);
                    if (written != _seen)
                    {
                        _limits = JsonSerializer.Deserialize<Dictionary<string, int>>(await {|CRP0010:File.ReadAllTextAsync(path, stoppingToken)|});
                        _seen = written;
                    }

                    await Task.Delay(5000, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task StreamedJson_IsSilent() => AllRules.Check("""
        sealed record Item(int Id);

        sealed class Importer(string inbox) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var file in Directory.EnumerateFiles(inbox))
                {
                    await using var stream = File.OpenRead(file);
                    await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable<Item>(stream, cancellationToken: stoppingToken))
                        Console.WriteLine(item);
                }
            }
        }
        """);

    [Fact]
    public Task ResponseBodiesAndResources_AreSilent() => AllRules.Check("""
        sealed record Weather(double Degrees);

        sealed class Client(HttpClient http) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var text = await http.GetStringAsync("/now", stoppingToken);
                    Console.WriteLine(JsonSerializer.Deserialize<Weather>(text));
                    using var reader = new StreamReader(typeof(Client).Assembly.GetManifestResourceStream("limits.json")!);
                    Console.WriteLine(JsonSerializer.Deserialize<Weather>(await reader.ReadToEndAsync(stoppingToken)));
                }
            }
        }
        """);

    [Fact]
    public Task ClientOfAFactory_IsSilent() => AllRules.Check("""
        sealed class Factory
        {
            private readonly ConcurrentDictionary<string, HttpClient> _clients = new();

            public HttpClient Get(string name) => _clients.GetOrAdd(name, static n => new HttpClient { BaseAddress = new Uri($"https://{n}/") });

            public IReadOnlyList<HttpClient> All(IEnumerable<string> names)
            {
                var clients = new List<HttpClient>();
                foreach (var name in names)
                    clients.Add(new HttpClient { BaseAddress = new Uri(name) });
                return clients;
            }
        }
        """);

    [Fact]
    public Task ClientPerProxyOfTheItem_IsSilent() => AllRules.Check("""
        static class ProxyCheck
        {
            public static async Task Run(IEnumerable<string> proxies)
            {
                foreach (var proxy in proxies)
                {
                    using var handler = new HttpClientHandler { Proxy = new WebProxy(proxy) };
                    using var client = new HttpClient(handler);
                    Console.WriteLine(await client.GetStringAsync("https://example.org/"));
                }
            }
        }
        """);

    [Fact]
    public Task ClientPerMessageOfAQueue_Warns() => AllRules.Check("""
        sealed class Notifier(Channel<string> hooks) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var hook in hooks.Reader.ReadAllAsync(stoppingToken))
                {
                    using var client = {|CRP0032:new HttpClient()|};
                    await client.PostAsync(hook, null, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task TemporaryFileAndMove_IsSilent() => AllRules.Check("""
        sealed class Checkpoint(string path)
        {
            private Dictionary<string, long> _offsets = [];

            public void Load()
            {
                if (File.Exists(path))
                    using (var stream = File.OpenRead(path))
                        _offsets = JsonSerializer.Deserialize<Dictionary<string, long>>(stream) ?? [];
            }

            public void Save(string key, long offset)
            {
                _offsets[key] = offset;
                var temporary = path + ".tmp";
                File.WriteAllText(temporary, JsonSerializer.Serialize(_offsets));
                File.Move(temporary, path, overwrite: true);
            }
        }
        """);

    [Fact]
    public Task ReportNobodyReads_IsSilent() => AllRules.Check("""
        sealed record Result(string Name, double Seconds);

        static class Report
        {
            public static void Write(string folder, IEnumerable<Result> results)
            {
                foreach (var group in results.GroupBy(static r => r.Name))
                    File.WriteAllText(Path.Combine(folder, $"report-{group.Key}.json"), JsonSerializer.Serialize(group.ToList()));
            }
        }
        """);

    [Fact]
    public Task TestCode_IsSilent() => AllRules.Check("""
        namespace Shop.Tests
        {
            sealed class FactAttribute : Attribute;

            public class OrderTests
            {
                private readonly string _file = "orders.json";

                [Fact]
                public void Roundtrip()
                {
                    for (var i = 0; i < 100; i++)
                    {
                        File.AppendAllText(_file, i + "\n");
                        var read = JsonSerializer.Deserialize<int[]>(File.ReadAllText(_file));
                        File.WriteAllText(_file, JsonSerializer.Serialize(read));
                    }
                }
            }
        }
        """);

    [Fact]
    public Task CrashLog_IsSilent() => AllRules.Check("""
        sealed class Consumer(Channel<string> channel) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                AppDomain.CurrentDomain.UnhandledException += static (_, e) => File.AppendAllText("crash.log", e.ExceptionObject.ToString());
                await foreach (var message in channel.Reader.ReadAllAsync(stoppingToken))
                {
                    try
                    {
                        Console.WriteLine(int.Parse(message));
                    }
                    catch (FormatException e)
                    {
                        File.AppendAllText("bad.log", e.Message);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task BatchExporterWithOneWriter_IsSilent() => AllRules.Check("""
        sealed class CsvExport
        {
            public async Task Run(IAsyncEnumerable<string[]> rows, string path, CancellationToken ct)
            {
                await using var writer = new StreamWriter(path, false, Encoding.UTF8, 65536);
                var count = 0;
                await foreach (var row in rows.WithCancellation(ct))
                {
                    await writer.WriteLineAsync(string.Join(',', row));
                    if (++count % 1000 == 0)
                        await writer.FlushAsync(ct);
                }

                await writer.FlushAsync(ct);
            }
        }
        """);

    [Fact]
    public Task WriterFlushedForEachMessage_Warns() => AllRules.Check("""
        sealed class Journal(Channel<string> channel) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await using var writer = new StreamWriter("journal.log", append: true);
                await foreach (var message in channel.Reader.ReadAllAsync(stoppingToken))
                {
                    await writer.WriteLineAsync(message);
                    await {|CRP0004:writer.FlushAsync(stoppingToken)|};
                }
            }
        }
        """);

    [Fact]
    public Task RollingWriterFlushedWhenItRolls_IsSilent() => AllRules.Check("""
        sealed class Rolling(ChannelReader<string> lines)
        {
            public async Task Run(string folder, CancellationToken ct)
            {
                StreamWriter? writer = null;
                var size = 0;
                await foreach (var line in lines.ReadAllAsync(ct))
                {
                    if (writer is null || size > 1 << 20)
                    {
                        writer?.Dispose();
                        writer = new StreamWriter(Path.Combine(folder, $"{DateTime.UtcNow:yyyyMMddHHmmss}.log"), append: true);
                        size = 0;
                    }

                    writer.WriteLine(line);
                    size += line.Length;
                }

                writer?.Dispose();
            }
        }
        """);

    [Fact]
    public Task RetryAfterHonoured_IsSilent() => AllRules.Check("""
        sealed class Api(HttpClient http)
        {
            public async Task<string> Get(string url, CancellationToken ct)
            {
                while (true)
                {
                    using var response = await http.GetAsync(url, ct);
                    if (response.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(2), ct);
                        continue;
                    }

                    response.EnsureSuccessStatusCode();
                    return await response.Content.ReadAsStringAsync(ct);
                }
            }
        }
        """);

    [Fact]
    public Task RateLimitReportedToTheCaller_IsSilent() => AllRules.Check("""
        sealed class RateLimited : Exception;

        sealed class Api(HttpClient http)
        {
            public async Task<string?> Get(string url, CancellationToken ct)
            {
                using var response = await http.GetAsync(url, ct);
                if ((int)response.StatusCode == 429)
                    throw new RateLimited();
                return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(ct) : null;
            }

            public async Task Poll(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested)
                {
                    Console.WriteLine(await Get("/status", ct));
                    await Task.Delay(TimeSpan.FromSeconds(30), ct);
                }
            }
        }
        """);

    [Fact]
    public Task HandlerOfOneRequest_InformsOnce() => AllRules.Check("""
        sealed record Visit(string Page, DateTimeOffset At);

        sealed class VisitHandler
        {
            private readonly string _log = Path.Combine("data", "visits.jsonl");

            public async Task Handle(Visit visit, CancellationToken ct) =>
                await {|CRP0002:File.AppendAllTextAsync(_log, JsonSerializer.Serialize(visit) + "\n", ct)|};
        }
        """);

    [Fact]
    public Task PidAndLockFiles_AreSilent() => AllRules.Check("""
        sealed class SingleInstance : IDisposable
        {
            private readonly FileStream _lock = new("worker.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

            public void Mark()
            {
                File.WriteAllText("worker.pid", Environment.ProcessId.ToString());
                _lock.WriteByte(1);
                _lock.Flush(true);
            }

            public void Dispose() => _lock.Dispose();
        }
        """);

    [Fact]
    public Task WordListsAndCsv_AreSilent() => AllRules.Check("""
        static class Words
        {
            public static HashSet<string> Load(string path) => [.. File.ReadAllLines(path).Select(static l => l.Trim())];

            public static List<(string, int)> Csv(string path)
            {
                var rows = new List<(string, int)>();
                foreach (var line in File.ReadAllLines(path))
                {
                    var cells = line.Split(',');
                    rows.Add((cells[0], int.Parse(cells[1])));
                }

                return rows;
            }
        }
        """);

    [Fact]
    public Task ClientsKeptInsideTheirOwners_AreSilent() => AllRules.Check("""
        sealed class Api(HttpClient http) { public Task<string> Get() => http.GetStringAsync("/"); }

        sealed class Pool(IEnumerable<string> hosts)
        {
            private readonly List<Api> _apis = [];

            public void Fill()
            {
                foreach (var host in hosts)
                    _apis.Add(new Api(new HttpClient { BaseAddress = new Uri(host) }));
            }
        }
        """);

    [Fact]
    public Task DownloadsWithAFileEach_AreSilent() => AllRules.Check("""
        sealed class Downloader(HttpClient http, ChannelReader<Uri> links, string folder) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var link in links.ReadAllAsync(stoppingToken))
                {
                    await using var body = await http.GetStreamAsync(link, stoppingToken);
                    await using var file = File.Create(Path.Combine(folder, Path.GetFileName(link.LocalPath)));
                    await body.CopyToAsync(file, stoppingToken);
                    await file.FlushAsync(stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task CopyWithProgressFlushedAtItsEnd_IsSilent() => AllRules.Check("""
        static class Copier
        {
            public static async Task Copy(Stream from, string to, IProgress<long> progress, CancellationToken ct)
            {
                var buffer = new byte[81920];
                await using var file = new FileStream(to, FileMode.Create, FileAccess.Write);
                long total = 0;
                int read;
                while ((read = await from.ReadAsync(buffer, ct)) > 0)
                {
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                    progress.Report(total += read);
                }

                await file.FlushAsync(ct);
            }
        }
        """);

    [Fact]
    public Task EscSequencesPerKey_AreSilent() => AllRules.Check("""
        static class Repl
        {
            public static void Run()
            {
                var output = Console.Out;
                while (Console.ReadLine() is { } line)
                {
                    output.Write(line);
                    output.Flush();
                    Console.Error.Flush();
                }
            }
        }
        """);

    [Fact]
    public Task CacheFilledOnFirstUse_IsAtMostAnInfo() => AllRules.Check("""
        sealed record Country(string Code);

        static class Countries
        {
            private static readonly Lazy<List<Country>> All = new(static () => JsonSerializer.Deserialize<List<Country>>(File.ReadAllText("countries.json"))!);

            public static Country? Find(string code) => All.Value.FirstOrDefault(c => c.Code == code);
        }
        """);

    [Fact]
    public Task ReconnectLoopWithFixedDelay_IsSilent() => AllRules.Check("""
        sealed class Feed(HttpClient http) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    try
                    {
                        using var stream = await http.GetStreamAsync("/feed", stoppingToken);
                        using var reader = new StreamReader(stream);
                        while (await reader.ReadLineAsync(stoppingToken) is { } line)
                            Console.WriteLine(JsonSerializer.Deserialize<int[]>(line)?.Length);
                    }
                    catch (HttpRequestException)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(5), stoppingToken);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task DiagnosticsDumpOnDemand_IsSilent() => AllRules.Check("""
        sealed class Dump
        {
            public void Write(string folder)
            {
                var target = Path.Combine(folder, "dump.txt");
                File.AppendAllText(target, $"time {DateTime.UtcNow:O}\n");
                File.AppendAllText(target, $"threads {Environment.ProcessorCount}\n");
                File.AppendAllText(target, $"memory {GC.GetTotalMemory(false)}\n");
            }
        }
        """);

    [Fact]
    public Task OptionalLogInsideDebugOnlyCode_IsSilent() => AllRules.Check("""
        #define DEBUG
        sealed class Trace(ChannelReader<string> lines)
        {
            public async Task Run()
            {
                await foreach (var line in lines.ReadAllAsync())
                {
        #if DEBUG
                    File.AppendAllText("trace.log", line);
        #endif
                    Console.WriteLine(line);
                }
            }
        }
        """);

    [Fact]
    public Task AppendForEachMessageOfAWorker_WarnsOnce() => AllRules.Check("""
        sealed class Inbox(Channel<string> channel) : BackgroundService
        {
            private readonly string _path = Path.Combine("data", "inbox.log");

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (await channel.Reader.WaitToReadAsync(stoppingToken))
                    while (channel.Reader.TryRead(out var message))
                    {
                        await using var writer = {|CRP0001:new StreamWriter(_path, append: true)|};
                        await writer.WriteLineAsync(message);
                    }
            }
        }
        """);

    [Fact]
    public Task MenuThatAppendsWhatAPersonTypes_IsSilent() => AllRules.Check("""
        static class Menu
        {
            static void Main()
            {
                while (true)
                {
                    Console.Write("note> ");
                    var note = Console.ReadLine();
                    if (note is null or "quit")
                        break;
                    File.AppendAllText("notes.txt", note + "\n");
                }

                do
                {
                    var key = Console.ReadKey();
                    File.AppendAllText("keys.txt", key.KeyChar.ToString());
                }
                while (DateTime.Now.Year < 3000);
            }
        }
        """);

    [Fact]
    public Task FilterOfStandardInputThatAppends_Speaks() => AllRules.Check("""
        static class Filter
        {
            static void Main()
            {
                while (Console.ReadLine() is { } line)
                    {|CRP0001:File.AppendAllText("copy.txt", line + "\n")|};
            }
        }
        """);

    [Fact]
    public Task JournalWrittenBeforeTheMessageIsAcknowledged_IsNoWarning() => AllRules.Check("""
        interface IBroker { Task<string> ReceiveAsync(); Task AckAsync(string message); }

        sealed class Journal(IBroker broker) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var writer = new StreamWriter("journal.log", append: true);
                while (!stoppingToken.IsCancellationRequested)
                {
                    var message = await broker.ReceiveAsync();
                    await writer.WriteLineAsync(message);
                    await writer.FlushAsync(stoppingToken);
                    await broker.AckAsync(message);
                }
            }
        }
        """);
}
