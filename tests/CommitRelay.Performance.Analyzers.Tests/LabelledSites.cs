namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>
/// Shapes met in real repositories, each labelled by hand before the rules were written: what must be a warning, what at
/// most an info, what must stay silent. Three infos are missed on purpose and say why.
/// </summary>
public sealed class LabelledSites
{
    [Fact]
    public Task P01_AppendOfOneLineInConsumer_Warns() => AllRules.Check("""
        class W : BackgroundService
        {
            private readonly Channel<object> _ch = Channel.CreateUnbounded<object>();
            private readonly string _path = "reasons.log";
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested)
                    await foreach (var x in _ch.Reader.ReadAllAsync(ct))
                        await {|CRP0001:File.AppendAllLinesAsync(_path, [x.ToString()!])|};
            }
        }
        """);

    [Fact]
    public Task P02_HelperOfDequeueLoop_Warns() => AllRules.Check("""
        class Entry { public string Text = ""; }
        class AsyncLoggerQueue
        {
            private readonly Queue<Entry> q = new();
            private readonly string _f = "rocket.log";
            void Work() { while (true) { var e = q.Dequeue(); Process(e); if (q.Count == 0) return; } }
            void Process(Entry e) { var w = {|CRP0001:File.AppendText(_f)|}; w.WriteLine(e.Text); w.Close(); }
        }
        """);

    [Fact]
    public Task P03_LogUnderLock_Informs() => AllRules.Check("""
        class LoggerCore
        {
            private readonly object _l = new();
            public string FilePath { get; set; } = "log.txt";
            void Log(string m) { lock (_l) { {|CRP0002:File.AppendAllText(FilePath, Format(m))|}; } }
            string Format(string m) => m + Environment.NewLine;
        }
        """);

    [Fact]
    public Task P04_P05_WriterPerMessage_Informs() => AllRules.Check("""
        static class Logging
        {
            private static readonly object L = new();
            private static readonly string LogFile = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "eddi.log");
            static void WriteToLog(string s) { lock (L) { try { using (var f = {|CRP0002:new StreamWriter(LogFile, true)|}) f.WriteLine(s); } catch { } } }
        }
        """);

    [Fact]
    public Task P06_DrainOfItsOwnQueue_Informs() => AllRules.Check("""
        class FileLogger
        {
            private readonly ConcurrentQueue<string> _q = new();
            private readonly string _p = "bot.log";
            void Write(string m) { _q.Enqueue(m); using (var w = {|CRP0002:File.AppendText(_p)|}) while (_q.TryDequeue(out var x)) w.WriteLine(x); }
        }
        """);

    [Fact]
    public Task P07_OpenBehindAWrapper_Informs() => AllRules.Check("""
        static class FS { public static Stream OpenFile(string path, FileMode mode) => new FileStream(path, mode); }
        class TextTracer
        {
            private readonly string _log = "trace.log";
            void Trace(string v) { using var w = new StreamWriter({|CRP0002:FS.OpenFile(_log, FileMode.Append)|}); w.WriteLine(v); }
        }
        """);

    // Missed on purpose: no parameter flows into the lines, and they are a batch of one tick.
    [Fact]
    public Task P08_TickWithItsOwnInterval_IsMissed() => AllRules.Check("""
        class Logger
        {
            private DateTime last; private readonly TimeSpan Interval = TimeSpan.FromSeconds(1); private readonly string _f = "hw.csv"; private readonly float[] values = new float[3];
            public void Log()
            {
                var now = DateTime.Now;
                if (last + Interval > now) return;
                using var w = new StreamWriter(new FileStream(_f, FileMode.Append));
                for (var i = 0; i < values.Length; i++) w.Write(values[i]);
                last = now;
            }
        }
        """);

    [Fact]
    public Task P09_CreateOrAppendPerTick_Informs() => AllRules.Check("""
        class Tick { }
        static class WriteFile
        {
            private const string P = "ticks.csv";
            static void OnTick(Tick t) { if (!File.Exists(P)) File.WriteAllText(P, Row(t)); else {|CRP0002:File.AppendAllText(P, Row(t))|}; }
            static string Row(Tick t) => t.ToString()!;
        }
        """);

    // Missed on purpose: a turn a second is the threshold, and in a loop there is no helper to speak of.
    [Fact]
    public Task P10_OneTickASecond_IsMissed() => AllRules.Check("""
        class Worker : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested) { File.AppendAllText("x.log", "line"); await Task.Delay(1000, ct); }
            }
        }
        """);

    // Missed on purpose: no parameter of the handler is appended, and how fast the timer is stands elsewhere.
    [Fact]
    public Task P11_TimerOfASecond_IsMissed() => AllRules.Check("""
        class StreamFile
        {
            void OnElapsed(object s, System.Timers.ElapsedEventArgs e) { File.AppendAllLines("x.txt", new[] { DateTime.Now.ToString() }); }
        }
        """);

    [Fact]
    public Task P12_MessageHandler_Informs() => AllRules.Check("""
        class Message { public string Text = ""; }
        class Bot
        {
            static readonly string path = "rec.txt";
            static async void OnMessage(Message m) { using (var w = {|CRP0002:new StreamWriter(path, true)|}) { await w.WriteAsync(m.Text); w.Close(); } }
        }
        """);

    [Fact]
    public Task P13_FlushInHelperOfConsumer_Warns() => AllRules.Check("""
        class LogManager
        {
            private readonly Channel<string> _ch = Channel.CreateUnbounded<string>();
            private StreamWriter _w = null!;
            void Open() => _w = new StreamWriter(new FileStream("dns.log", FileMode.Append));
            async Task Consume() { await foreach (var i in _ch.Reader.ReadAllAsync()) WriteEntry(i); }
            void WriteEntry(string s) { _w.WriteLine(s); {|CRP0004:_w.Flush()|}; }
        }
        """);

    [Fact]
    public Task P14_FlushPerMessage_Informs() => AllRules.Check("""
        class TextLog
        {
            private readonly StreamWriter _w;
            public TextLog(string file) => _w = new StreamWriter(file, true);
            void Write(string m) { _w.WriteLine(m); {|CRP0003:_w.Flush()|}; }
        }
        """);

    [Fact]
    public Task P15_AutoFlushInSlowDrain_Informs() => AllRules.Check("""
        class VideoDownloader
        {
            async Task Run(string p, System.Diagnostics.Process process, ConcurrentQueue<string> q)
            {
                await using var w = File.AppendText(p);
                {|CRP0003:w.AutoFlush = true|};
                do { await Task.Delay(200); while (q.TryDequeue(out var m)) await w.WriteLineAsync(m); } while (!process.HasExited);
            }
        }
        """);

    [Fact]
    public Task P16_AutoFlushOnLongLivedLog_Informs() => AllRules.Check("""
        static class ChatLogging
        {
            private static StreamWriter m_Output = null!;
            static void Initialize() { m_Output = new StreamWriter("chat.log", true); {|CRP0003:m_Output.AutoFlush = true|}; }
            static void WriteLine(string text) => m_Output.WriteLine(text);
        }
        """);

    [Fact]
    public Task P17_FixedSleepOn429_Warns() => AllRules.Check("""
        class Runner
        {
            async Task Run(HttpClient c, string u)
            {
                for (var i = 0; i < 10; i++) { var r = await c.GetAsync(u); if (r.StatusCode == HttpStatusCode.TooManyRequests) {|CRP0030:Thread.Sleep(32000)|}; }
            }
        }
        """);

    [Fact]
    public Task P18_LinearDelayOn429_Warns() => AllRules.Check("""
        class RateLimitedHttpClient
        {
            async Task<string?> Get(HttpClient c, string u, CancellationToken ct)
            {
                for (int a = 0; a < 3; a++)
                {
                    var r = await c.GetAsync(u, ct);
                    if (r.IsSuccessStatusCode) return await Read(r);
                    if ((int)r.StatusCode == 429) { await {|CRP0030:Task.Delay(1000 * (a + 1), ct)|}; continue; }
                    break;
                }
                return null;
            }
            static Task<string> Read(HttpResponseMessage r) => r.Content.ReadAsStringAsync();
        }
        """);

    [Fact]
    public Task P19_BackoffAtTheHeadOfTheLoop_Informs() => AllRules.Check("""
        class Response { public HttpStatusCode StatusCode; }
        class ArchiWebHandler
        {
            async Task<Response?> Get(Func<Task<Response>> send, byte maxTries)
            {
                for (byte i = 0; i < maxTries; i++)
                {
                    if (i > 0) await {|CRP0033:Task.Delay(5000 * i)|};
                    var r = await send();
                    if (r.StatusCode == HttpStatusCode.TooManyRequests) continue;
                    return r;
                }
                return null;
            }
        }
        """);

    [Fact]
    public Task P20_RetryHandlerWithSetDelay_Informs() => AllRules.Check("""
        class RetryHttpClientHandler(TimeSpan delay, int tries) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
            {
                var response = await base.SendAsync(request, ct);
                for (var i = 0; i < tries; i++)
                {
                    if (response.StatusCode != HttpStatusCode.TooManyRequests) return response;
                    await {|CRP0033:Task.Delay(delay, ct)|};
                    response = await base.SendAsync(request, ct);
                }
                return response;
            }
        }
        """);

    [Fact]
    public Task P21_HandlerThatSendsOnceMore_Informs() => AllRules.Check("""
        class CustomHttpClientHandler : HttpClientHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
            {
                var response = await base.SendAsync(request, ct);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await {|CRP0033:Task.Delay(1000, ct)|};
                    response = await base.SendAsync(request, ct);
                }
                return response;
            }
        }
        """);

    [Fact]
    public Task P22_ReadChangeWriteInPlace_Informs() => AllRules.Check("""
        class Item { }
        static class Writ
        {
            const string P = "foods.json";
            static void Save(Item i)
            {
                var l = Newtonsoft.Json.JsonConvert.DeserializeObject<List<Item>>({|CRP0014:File.ReadAllText(P)|})!;
                l.Add(i);
                {|CRP0020:File.WriteAllText(P, Newtonsoft.Json.JsonConvert.SerializeObject(l))|};
            }
        }
        """);

    [Fact]
    public Task P23_WholeListRewrittenPerMessage_Informs() => AllRules.Check("""
        class Update { }
        class Bot
        {
            const string F = "users.json";
            private readonly List<Update> _all = [];
            async Task OnUpdate(Update u) { _all.Add(u); {|CRP0021:File.WriteAllText(F, Newtonsoft.Json.JsonConvert.SerializeObject(_all))|}; await Task.Yield(); }
        }
        """);

    [Fact]
    public Task P24_NonceFileOverwritten_Informs() => AllRules.Check("""
        class BaseApi
        {
            private readonly string f = "nonce.txt";
            long Next()
            {
                while (true)
                {
                    try
                    {
                        long n = long.Parse(File.ReadAllText(f)) + 1;
                        {|CRP0021:File.WriteAllText(f, n.ToString())|};
                        return n;
                    }
                    catch (IOException) { }
                }
            }
        }
        """);

    [Fact]
    public Task P25_PublishedNodesOverwritten_Informs() => AllRules.Check("""
        class Entry { }
        class PublisherNodeConfiguration
        {
            public string PublisherNodeConfigurationFilename { get; set; } = "publishednodes.json";
            async Task Update(List<Entry> entries) => await {|CRP0021:File.WriteAllTextAsync(PublisherNodeConfigurationFilename, Newtonsoft.Json.JsonConvert.SerializeObject(entries, Newtonsoft.Json.Formatting.Indented))|};
        }
        """);

    [Fact]
    public Task P26_ListLoadedEachCycle_Informs() => AllRules.Check("""
        class UseIncubatorsTask
        {
            static List<T> Load<T>(string p) => File.Exists(p) ? Newtonsoft.Json.JsonConvert.DeserializeObject<List<T>>({|CRP0014:File.ReadAllText(p, Encoding.UTF8)|})! : [];
        }
        """);

    [Fact]
    public Task P27_LargeDataBase_Informs() => AllRules.Check("""
        class MarketHoursDatabase
        {
            public static MarketHoursDatabase FromFile(string path) => Newtonsoft.Json.JsonConvert.DeserializeObject<MarketHoursDatabase>({|CRP0014:File.ReadAllText(path)|})!;
        }
        """);

    [Fact]
    public Task P28_ResultFilesNamedByTheUser_Inform() => AllRules.Check("""
        class Result { }
        class Program
        {
            static void Main(string[] args)
            {
                var settings = new Newtonsoft.Json.JsonSerializerSettings();
                var file = args[0];
                var backtest = Newtonsoft.Json.JsonConvert.DeserializeObject<Result>({|CRP0014:File.ReadAllText(file)|}, settings);
            }
        }
        """);

    [Fact]
    public Task P29_ReadToEndThenParse_Informs() => AllRules.Check("""
        class U { }
        class DbContext
        {
            private List<U>? x;
            void Load() { using (var r = new StreamReader("d.txt")) x = Newtonsoft.Json.JsonConvert.DeserializeObject<List<U>>({|CRP0014:r.ReadToEnd()|}); }
        }
        """);

    [Fact]
    public Task P30_AllLinesThenParseEach_Informs() => AllRules.Check("""
        class T { }
        class Program
        {
            static void Main()
            {
                var lines = {|CRP0012:File.ReadAllLines("x.log")|};
                var l = lines.ToList().Select(s => Newtonsoft.Json.JsonConvert.DeserializeObject<T>(s)).ToList();
            }
        }
        """);

    [Fact]
    public Task N01_RecordAfterPayment_IsSilent() => AllRules.Check("""
        class SwapExtractionService
        {
            private readonly string p = "swaps.csv";
            async Task Run(List<string> swaps)
            {
                foreach (var s in swaps) { await Send(s); using var f = File.Open(p, FileMode.Append); using var w = new StreamWriter(f); w.WriteLine(s); await Task.Delay(1000); }
            }
            Task Send(string s) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task N02_JournalWhoseFailureEndsTheLoop_IsSilent() => AllRules.Check("""
        class Bot
        {
            private readonly string p = "keys.used";
            private readonly Queue<string> keys = new();
            async Task Run()
            {
                while (Next(out var k)) { await Redeem(k); try { await File.AppendAllTextAsync(p, k); } catch (Exception e) { Log(e); break; } }
            }
            bool Next(out string k) => keys.TryDequeue(out k!);
            Task Redeem(string k) => Task.CompletedTask;
            void Log(Exception e) { }
        }
        """);

    [Fact]
    public Task N03_FatalHandler_IsSilent() => AllRules.Check("""
        class ArchiLogger
        {
            private readonly string f = "crash.log";
            async Task LogFatal(Exception ex) { while (true) { await File.AppendAllTextAsync(f, ex.Message); if (ex.InnerException == null) break; ex = ex.InnerException; } }
        }
        """);

    [Fact]
    public Task N04_OneOpenPerBatch_IsSilent() => AllRules.Check("""
        class LinuxAppServiceFileLogger
        {
            private readonly BlockingCollection<string> _b = new(); private readonly string p = "f.log";
            async Task Drain()
            {
                while (true)
                {
                    var batch = new List<string>();
                    while (_b.TryTake(out var m)) batch.Add(m);
                    using var w = File.AppendText(p);
                    foreach (var l in batch) await w.WriteLineAsync(l);
                }
            }
        }
        """);

    [Fact]
    public Task N05_FilePerTurn_IsSilent() => AllRules.Check("""
        class UniverseExtensions
        {
            void Run(List<DateTime> days, List<string> rows)
            {
                foreach (var d in days) { using var w = new StreamWriter(Name(d)); foreach (var r in rows) w.WriteLine(r); }
            }
            string Name(DateTime d) => d.ToString("yyyyMMdd");
        }
        """);

    [Fact]
    public Task N06_OpenedOnRollover_IsSilent() => AllRules.Check("""
        class TraderExchangeExport
        {
            void Run(List<DateTime> ts)
            {
                var m = 0; StreamWriter? w = null;
                foreach (var t in ts) { if (t.Month != m) { w?.Close(); m = t.Month; w = new StreamWriter(Name(m)); } w!.WriteLine(t); }
            }
            string Name(int m) => m + ".csv";
        }
        """);

    [Fact]
    public Task N07_HeartbeatMarker_IsSilent() => AllRules.Check("""
        class PostDeploymentHelper
        {
            async Task Beat(string marker, string start, DateTime end, Task task)
            {
                while (DateTime.Now < end) { File.WriteAllText(marker, start); if (await Task.WhenAny(Task.Delay(10000), task) == task) break; }
            }
        }
        """);

    [Fact]
    public Task N08_ReadRetry_IsSilent() => AllRules.Check("""
        class GlobalSettings
        {
            string Load(string f) { string s; while (true) { try { s = File.ReadAllText(f); break; } catch { Thread.Sleep(1000); } } return s; }
        }
        """);

    [Fact]
    public Task N09_DistinctFilesOnce_InformAtMost() => AllRules.Check("""
        class L { }
        class Configure
        {
            void Load(string[] files) { foreach (var f in files) { var s = File.ReadAllText(f); var o = JsonSerializer.Deserialize<L>(s); } }
        }
        class Localizations
        {
            void Load(string[] files) { foreach (var f in files) { var s = {|CRP0014:File.ReadAllText(f)|}; var o = JsonSerializer.Deserialize<L>(s); } }
        }
        """);

    [Fact]
    public Task N10_LazyFactory_IsSilent() => AllRules.Check("""
        class Conf
        {
            const string N = "c.json";
            static readonly Lazy<Newtonsoft.Json.Linq.JObject> C = new(Make);
            static Newtonsoft.Json.Linq.JObject Make() => Newtonsoft.Json.Linq.JObject.Parse(File.ReadAllText(N));
        }
        """);

    [Fact]
    public Task N11_MainReadsItsSettings_IsSilent() => AllRules.Check("""
        class C { }
        class Program { static void Main() { var c = JsonSerializer.Deserialize<C>(File.ReadAllText("config.json")); } }
        """);

    [Fact]
    public Task N12_AppendOfAnAccumulatedList_IsSilent() => AllRules.Check("""
        class ResultHandler
        {
            private readonly List<string> _log = []; private readonly string path = "log.txt";
            void Run() { while (true) { _log.Add("x"); File.AppendAllLines(path, _log); } }
        }
        """);

    [Fact]
    public Task N13_FlushOfAnotherType_IsSilent() => AllRules.Check("""
        class Cache { public void Flush() { } public void Write(string s) { } }
        class C { void Run(IEnumerable<string> xs, Cache cache) { foreach (var x in xs) { cache.Write(x); cache.Flush(); } } }
        """);

    [Fact]
    public Task N14_ConsoleFlush_IsSilent() => AllRules.Check("""
        class Worker
        {
            void Run(IEnumerable<string> xs)
            {
                var error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
                foreach (var x in xs) { Console.Out.WriteLine(x); Console.Out.Flush(); error.WriteLine(x); }
            }
        }
        """);

    [Fact]
    public Task N15_FlushUnderMutex_IsSilent() => AllRules.Check("""
        class AppendLineManager
        {
            private readonly Mutex mutex = new(false, "m"); private readonly StreamWriter w = new("a.log", true);
            void Append(string l) { if (mutex.WaitOne(10000)) { w.WriteLine(l); w.Flush(); } }
        }
        """);

    [Fact]
    public Task N16_TempFileThenMove_IsSilent() => AllRules.Check("""
        class FileStorage
        {
            void Save(object o, string p) { var json = JsonSerializer.Serialize(o); File.WriteAllText(p + ".new", json); File.Move(p + ".new", p, true); }
        }
        """);

    [Fact]
    public Task N17_ProbeAndErrorHelper_AreSilent() => AllRules.Check("""
        class Program
        {
            static bool CanWrite(string dir) { var f = Path.Combine(dir, Guid.NewGuid().ToString()); File.WriteAllText(f, "x"); File.Delete(f); return true; }
            static void TraceException(Exception ex) { using var op = new StreamWriter("network-errors.log", true); op.WriteLine("# {0}", DateTime.UtcNow); op.WriteLine(ex); }
        }
        """);

    [Fact]
    public Task N18_ParseOfAParameterOrOfMatches_IsSilent() => AllRules.Check("""
        class App
        {
            void Init(string config) { using var d = JsonDocument.Parse(config); }
            void View(string p)
            {
                using var r = new StreamReader(p);
                var all = r.ReadToEnd();
                foreach (System.Text.RegularExpressions.Match m in System.Text.RegularExpressions.Regex.Matches(all, "{.*}")) JsonSerializer.Deserialize<object>(m.Value);
            }
        }
        """);

    [Fact]
    public Task N19_PollingCadence_IsSilent() => AllRules.Check("""
        class Worker : BackgroundService
        {
            private readonly HttpClient c = new(); private readonly string u = "http://localhost";
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested) { try { await c.GetAsync(u, ct); } catch (Exception e) { Log(e); } await Task.Delay(10000, ct); }
            }
            void Log(Exception e) { }
        }
        """);

    [Fact]
    public Task N20_SlowCadence_IsSilent() => AllRules.Check("""
        class FileWriterService : BackgroundService
        {
            private const string P = "x.txt";
            protected override async Task ExecuteAsync(CancellationToken ct)
            {
                while (!ct.IsCancellationRequested) { File.AppendAllText(P, DateTime.UtcNow.ToString()); await Task.Delay(TimeSpan.FromSeconds(60), ct); }
            }
        }
        class TimedService : IHostedService
        {
            private Timer? _timer;
            public Task StartAsync(CancellationToken ct) { _timer = new Timer(e => File.AppendAllText("y.txt", "x"), null, TimeSpan.Zero, TimeSpan.FromMinutes(1)); return Task.CompletedTask; }
            public Task StopAsync(CancellationToken ct) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task N21_AdminCommandLog_InformsAtMost() => AllRules.Check("""
        static class CommandLogging
        {
            static readonly string LogPath = "commands.log";
            static void LogCommand(string query, string sender) => {|CRP0002:File.AppendAllText(LogPath, $"{sender} ran {query}")|};
        }
        """);

    [Fact]
    public Task N22_ReadLineStreaming_IsSilent() => AllRules.Check("""
        class Program
        {
            static void Run() { using var r = new StreamReader("x.log"); string? l; while ((l = r.ReadLine()) != null) JsonSerializer.Deserialize<object>(l); }
        }
        """);
}
