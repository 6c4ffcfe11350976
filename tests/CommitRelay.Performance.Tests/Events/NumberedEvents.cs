using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>Child processes that write numbered events, and the check of what they left against what they were promised.</summary>
internal sealed class NumberedEvents(string path)
{
    private readonly List<Child> _children = [];
    private int _nextProducer;

    public int Kills { get; private set; }

    public Child Start(Durability level, int producers = 1, int events = 1_000_000, long rollBytes = 0, string end = "dispose")
    {
        var child = new Child(ChildProcess.Start("events-write", path, $"{level}", $"{_nextProducer}", $"{producers}", $"{events}", $"{rollBytes}", end));
        _nextProducer += producers;
        _children.Add(child);
        return child;
    }

    /// <summary>Kills a child with SIGKILL once it has been promised so many events.</summary>
    public async Task KillAfterAsync(Child child, int acknowledgements)
    {
        await Until.True(() => child.Count >= acknowledgements || child.Process.HasExited);
        child.Process.Kill();
        Kills++;
        await child.Ended;
    }

    /// <summary>Every acknowledged event is there, once, in order per producer, on lines of its own; a kill tears at most one line.</summary>
    public int Check()
    {
        var next = new Dictionary<int, int>();
        var torn = 0;
        foreach (var line in AllLines())
        {
            SampleEvent? read;
            try
            {
                read = JsonSerializer.Deserialize(line, SampleContext.Default.SampleEvent);
            }
            catch (JsonException)
            {
                torn++;
                continue;
            }

            if (read!.Type != "numbered")
                continue;
            Assert.True(next.GetValueOrDefault(read.Producer) == read.Number, $"Producer {read.Producer}: {next.GetValueOrDefault(read.Producer)} expected, {read.Number} found.");
            next[read.Producer] = read.Number + 1;
        }

        foreach (var (producer, acknowledged) in _children.SelectMany(child => child.Last))
            Assert.True(next.GetValueOrDefault(producer) > acknowledged, $"Producer {producer}: {acknowledged} was acknowledged, {next.GetValueOrDefault(producer)} events are there.");
        Assert.True(torn <= Kills, $"{torn} torn lines, {Kills} kills.");
        return next.Values.Sum();
    }

    public IEnumerable<string> AllLines()
        => EventArchives.Find(path, null).Select(archive => archive.Path).Append(path).SelectMany(part =>
        {
            using Stream file = File.OpenRead(part);
            using var text = new StreamReader(part.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
            return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        });

    /// <summary>A running child: for each of its producers, the last event it was promised.</summary>
    internal sealed class Child
    {
        private int _count;

        public Child(Process process)
        {
            Process = process;
            var errors = process.StandardError.ReadToEndAsync();
            Ended = Task.Run(async () =>
            {
                while (await process.StandardOutput.ReadLineAsync() is { } line)
                {
                    var words = line.Split(' ');
                    if (words.Length != 2)
                    {
                        IsWaiting |= line == "waiting";
                        continue;
                    }

                    Last[int.Parse(words[0], CultureInfo.InvariantCulture)] = int.Parse(words[1], CultureInfo.InvariantCulture);
                    Interlocked.Increment(ref _count);
                }

                await process.WaitForExitAsync();
                return await errors;
            });
        }

        public Process Process { get; }

        /// <summary>Ends with the process; holds its standard error.</summary>
        public Task<string> Ended { get; }

        public Dictionary<int, int> Last { get; } = [];

        public bool IsWaiting { get; private set; }

        public int Count => Volatile.Read(ref _count);
    }
}
