using System.Diagnostics;
using CommitRelay.Performance.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CommitRelay.Performance.Events;

/// <summary>
/// One event file as this process writes it: the memory that producers share (Producing), the thread that empties it (Flusher), and how
/// bytes get into the file (Appending). Every <see cref="EventWriter"/> on the path is a handle on the same one.
/// </summary>
internal sealed partial class EventFile : IAsyncDisposable
{
    private static readonly Lock RegistryGate = new();
    private static readonly Dictionary<string, EventFile> Registry = new(StringComparer.Ordinal);

    // Those that are being closed too, which the registry has let go of.
    private static readonly HashSet<EventFile> Unfinished = [];

    private readonly EventWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<string, AppendFile> _open;
    private readonly EventMetrics _metrics;
    private readonly EventRing _ring;
    private readonly ReusableLock _fileLock;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _folder;
    private readonly string _archiveFolder;
    private int _users = 1;

    private EventFile(string path, EventWriterOptions options, TimeProvider time, ILogger? logger, Func<string, AppendFile> open)
    {
        Path = path;
        _options = options;
        _time = time;
        _logger = logger is null ? NullLogger.Instance : new UnfailingLogger(logger);
        _open = open;
        _metrics = new EventMetrics(path);
        _folder = System.IO.Path.GetDirectoryName(path)!;
        _archiveFolder = options.Roll.ArchiveFolder is { } archives ? System.IO.Path.GetFullPath(archives, _folder) : _folder;
        Directory.CreateDirectory(_folder);
        _file = open(path);
        _ring = new EventRing(Stage(path, options));
        _fileLock = new ReusableLock(path, _ring.Memory.IsMapped ? System.IO.Path.GetFileName(_ring.Memory.Description) : NoStage);
        _interval = time.CreateTimer(static file => ((EventFile)file!).FlushNow(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _retry = time.CreateTimer(static file => ((EventFile)file!).RetryNow(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { IsBackground = true, Name = $"events: {System.IO.Path.GetFileName(path)}" };
        _recovery = time.CreateTimer(static file => ((EventFile)file!).LookForDead(), this, RecoveryPeriod, RecoveryPeriod);
        LookAtDisk();
        LookForDead();
        _thread.Start();
    }

    public string Path { get; }

    public EventWriterStatistics Statistics
    {
        get
        {
            using (_gate.Enter())
            {
                var (accepted, waiting) = _final ?? (_ring.Lines, _ring.Head - _ring.Tail);
                return new(accepted, _written, _dropped, _recovered, _batches, _writtenBytes, _syncs, _rolls, _faults, waiting, _ring.Capacity);
            }
        }
    }

    public EventWriterHealth Health
    {
        get
        {
            var statistics = Statistics;
            using (_gate.Enter())
                return new(Path, _failingSince is null, _failingSince, _lastError, _disk?.Free, _isDiskLow, _ring.Memory.IsMapped ? EventStaging.Mapped : EventStaging.Heap, _ring.Memory.Description, statistics);
        }
    }

    /// <summary>The file of a path, opened by the first who asks and shared with the others.</summary>
    public static EventFile Share(string path, EventWriterOptions options, TimeProvider time, ILogger? logger, Func<string, AppendFile> open)
    {
        var full = AtomicFile.ResolveLink(System.IO.Path.GetFullPath(path));
        lock (RegistryGate)
        {
            DrainAtExit();
            if (!Registry.TryGetValue(full, out var file))
            {
                file = new EventFile(full, options, time, logger, open);
                Unfinished.Add(file);
                return Registry[full] = file;
            }

            if (file._options != options)
                throw new ArgumentException($"{full} is open in this process with other settings; writers on one file must agree on them.", nameof(options));
            file._users++;
            return file;
        }
    }

    /// <summary>Lets go of one use; the last one closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        bool last;
        lock (RegistryGate)
        {
            last = --_users == 0;
            if (last)
                Registry.Remove(Path);
        }

        try
        {
            await (last ? CloseAsync() : DrainAsync()).WaitAsync(_options.DisposeTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var left = Unwritten(EventWriterFailure.Abandoned, $"not written within {_options.DisposeTimeout.TotalSeconds:0.###} s of disposal{LeftInStaging}");
            if (last)
                Abandon(left);
            if (left.UnwrittenEvents > 0)
                throw left;
        }
    }

    private string LeftInStaging => _ring.Memory.IsMapped ? $"; kept in {_ring.Memory.Description} for the next writer on this file" : "; lost with this process";

    private Task CloseAsync()
    {
        TaskCompletionSource? room;
        using (_gate.Enter())
        {
            _closing = true;
            (room, _roomWaiters) = (_roomWaiters, null);
        }

        // Those find the writer closed.
        room?.TrySetResult();
        RetryNow();
        return _finished.Task;
    }

    /// <summary>Writes what waits, at once: one who is leaving does not wait for the end of a pause after a failure.</summary>
    private Task DrainAsync()
    {
        Task drained;
        using (_gate.Enter())
            drained = _closing ? _finished.Task : JoinFlush(Durability.Flushed) ?? Task.CompletedTask;
        RetryNow();
        return drained;
    }

    private void Abandon(EventWriterException left)
    {
        Volatile.Write(ref _abandoned, true);
        FailChores(left);
        FlushNow();
    }

    /// <summary>The flusher's last act, whether all is written or not.</summary>
    private void CleanUp()
    {
        _interval.Dispose();
        _retry.Dispose();
        _recovery.Dispose();
        _closingUpkeep.Cancel();
        _upkeep.Wait();
        _closingUpkeep.Dispose();
        var left = _ring.Head - _ring.Tail;
        using (_gate.Enter())
            _final = (_ring.Lines, left);
        if (left == 0)
            _ring.Memory.Delete();
        else
            _ring.Dispose();
        DisposeRolled();
        _file?.Dispose();
        _fileLock.Dispose();
        lock (RegistryGate)
            Unfinished.Remove(this);
    }

    private EventWriterException Unwritten(EventWriterFailure failure, string detail, Exception? cause = null)
    {
        var now = Statistics;
        return new EventWriterException(Path, failure, $"{now.Waiting} events ({now.WaitingBytes} bytes) {detail}", now.Waiting, now.WaitingBytes, cause);
    }

    private static StagingMemory Stage(string path, EventWriterOptions options)
    {
        var length = EventRing.HeaderBytes + (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)options.BufferBytes);
        return options.UseMappedMemory
            ? StagingFolder.Allocate(path, length, options.StagingFolder)
            : StagingMemory.OnHeap(length, $"{nameof(EventWriterOptions)}.{nameof(EventWriterOptions.UseMappedMemory)} is false");
    }
}
