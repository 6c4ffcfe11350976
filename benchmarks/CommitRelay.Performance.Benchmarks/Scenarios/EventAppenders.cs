using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Targets;
using NLog.Targets.Wrappers;
using Serilog;
using ZLogger;
using ZLogger.Providers;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>A way to append events to a file, opened; thread-safe unless it is the floor.</summary>
internal sealed record EventAppender(Action<BenchmarkEvent> Write, Func<Task> CloseAsync);

/// <summary>
/// The ways that are compared. Each serialises with source-generated metadata. Loggers get the text as their message and are set to write
/// nothing else, to block when full (the others of their settings lose events), and to keep the file open.
/// </summary>
internal static class EventAppenders
{
    public const string Floor = "floor: one thread, 1 MiB writes";
    public const string Ceiling = "ceiling: serialise only";
    public const string Apart = "ceiling: a floor each";
    public const string Ours = "EventWriter";

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _own;

    public static IReadOnlyDictionary<string, Func<string, EventAppender>> All { get; } = new Dictionary<string, Func<string, EventAppender>>
    {
        [Floor] = OpenFloor,
        [Ceiling] = OpenCeiling,
        [Apart] = OpenApart,
        [Ours] = path => OpenWriter(path, new EventWriterOptions()),
        ["EventWriter, heap"] = path => OpenWriter(path, new EventWriterOptions { UseMappedMemory = false }),
        ["EventWriter, encoded lines"] = OpenEncoded,
        ["Serilog file, buffered"] = path => OpenSerilog(new LoggerConfiguration().WriteTo.File(path, outputTemplate: "{Message:l}\n", formatProvider: CultureInfo.InvariantCulture, buffered: true, fileSizeLimitBytes: null)),
        ["Serilog async"] = path => OpenSerilog(new LoggerConfiguration().WriteTo.Async(to => to.File(path, outputTemplate: "{Message:l}\n", formatProvider: CultureInfo.InvariantCulture, buffered: true, fileSizeLimitBytes: null), blockWhenFull: true)),
        ["NLog async"] = OpenNLog,
        ["ZLogger"] = OpenZLogger,
        ["StreamWriter and a lock"] = OpenStreamWriter,
        ["File.AppendAllText"] = path => new EventAppender(e => AppendAllText(path, Text(e) + "\n"), static () => Task.CompletedTask),
    };

    /// <summary>Serilog with several processes on one file.</summary>
    public static EventAppender OpenSerilogShared(string path)
        => OpenSerilog(new LoggerConfiguration().WriteTo.File(path, outputTemplate: "{Message:l}\n", formatProvider: CultureInfo.InvariantCulture, shared: true, fileSizeLimitBytes: null));

    public static EventAppender OpenWriter(string path, EventWriterOptions options)
    {
        var writer = new EventWriter(path, options);
        return new EventAppender(e => writer.Write(e, BenchmarkEventContext.Default.BenchmarkEvent), async () => await writer.DisposeAsync());
    }

    public static string Text(BenchmarkEvent e) => JsonSerializer.Serialize(e, BenchmarkEventContext.Default.BenchmarkEvent);

    private static EventAppender OpenEncoded(string path)
    {
        var writer = new EventWriter(path);
        var line = JsonSerializer.SerializeToUtf8Bytes(BenchmarkEvent.Create(0), BenchmarkEventContext.Default.BenchmarkEvent);
        return new EventAppender(_ => writer.WriteLine(line), async () => await writer.DisposeAsync());
    }

    private static EventAppender OpenFloor(string path)
    {
        const int batch = 1024 * 1024;
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var buffer = new ArrayBufferWriter<byte>(batch * 2);
        var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        long offset = 0;
        return new EventAppender(Write, () =>
        {
            Flush();
            file.Dispose();
            return Task.CompletedTask;
        });

        void Write(BenchmarkEvent e)
        {
            json.Reset();
            JsonSerializer.Serialize(json, e, BenchmarkEventContext.Default.BenchmarkEvent);
            json.Flush();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount >= batch)
                Flush();
        }

        void Flush()
        {
            RandomAccess.Write(file, buffer.WrittenSpan, offset);
            offset += buffer.WrittenCount;
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>What no way can beat that serialises on the producer's thread: the same serialiser into a buffer of that thread, and nothing written.</summary>
    private static EventAppender OpenCeiling(string path)
    {
        File.WriteAllBytes(path, []);
        return new EventAppender(SerializeOnly, static () => Task.CompletedTask);
    }

    public static void SerializeOnly(BenchmarkEvent e)
    {
        var (buffer, json) = _own ??= NewBuffer();
        buffer.ResetWrittenCount();
        json.Reset();
        JsonSerializer.Serialize(json, e, BenchmarkEventContext.Default.BenchmarkEvent);
        json.Flush();

        static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewBuffer()
        {
            var buffer = new ArrayBufferWriter<byte>(4096);
            return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
        }
    }

    /// <summary>What no way can beat that writes on these cores: each thread has a file of its own, written as the floor writes it, and shares nothing.</summary>
    private static EventAppender OpenApart(string path)
    {
        File.WriteAllBytes(path, []);
        var files = 0;
        var own = new ThreadLocal<EventAppender>(() => OpenFloor($"{path}.{Interlocked.Increment(ref files)}"), trackAllValues: true);
        return new EventAppender(e => own.Value!.Write(e), async () =>
        {
            foreach (var floor in own.Values)
                await floor.CloseAsync();
            own.Dispose();
        });
    }

    private static EventAppender OpenStreamWriter(string path)
    {
        var gate = new Lock();
        var writer = new StreamWriter(path, append: true, new UTF8Encoding(false), 64 * 1024) { NewLine = "\n" };
        return new EventAppender(
            e =>
            {
                var text = Text(e);
                lock (gate)
                    writer.WriteLine(text);
            },
            async () => await writer.DisposeAsync());
    }

    private static void AppendAllText(string path, string text)
    {
        // Its exclusive open fails while another thread is at it; users wrap it in a lock.
        lock (All)
            File.AppendAllText(path, text);
    }

    private static EventAppender OpenSerilog(LoggerConfiguration configuration)
    {
        var logger = configuration.CreateLogger();
        return new EventAppender(e => logger.Information("{Event:l}", Text(e)), async () => await logger.DisposeAsync());
    }

    private static EventAppender OpenNLog(string path)
    {
        var file = new FileTarget { FileName = path, Layout = "${message}", KeepFileOpen = true, AutoFlush = false, LineEnding = LineEndingMode.LF };
        var factory = new LogFactory();
        var configuration = new LoggingConfiguration(factory);
        configuration.AddRuleForAllLevels(new AsyncTargetWrapper(file, 10_000, AsyncTargetWrapperOverflowAction.Block));
        factory.Configuration = configuration;
        var logger = factory.GetLogger("events");
        return new EventAppender(e => logger.Info(Text(e)), () =>
        {
            factory.Shutdown();
            return Task.CompletedTask;
        });
    }

    private static EventAppender OpenZLogger(string path)
    {
        var factory = LoggerFactory.Create(logging => logging.AddZLoggerFile(path, static options => options.FullMode = BackgroundBufferFullMode.Block));
        ILogger logger = factory.CreateLogger("events");
        return new EventAppender(e => logger.ZLogInformation($"{Text(e)}"), () =>
        {
            factory.Dispose();
            return Task.CompletedTask;
        });
    }
}
