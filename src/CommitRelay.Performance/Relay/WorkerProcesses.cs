using System.Buffers;
using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>Finds the processes of workers. Command lines are read once, and only when a worker has no process number.</summary>
internal sealed class WorkerProcesses(RelayHome home, ProcessProbe processes)
{
    private static readonly char[] Between = [' ', '\0', '\t', '\n', '/', '\\', '=', ',', ':', ';', '"', '\''];
    private static readonly SearchValues<char> AnyBetween = SearchValues.Create(Between);
    private readonly ProcessTable _table = processes.Sample();
    private Dictionary<string, ProcessSample>? _byWord;

    /// <summary>Whether the system lists processes at all.</summary>
    public bool AreKnown => _table.Find(Environment.ProcessId) is not null;

    public ProcessSample? Of(WorkerSpec spec)
    {
        if (spec.ProcessId is { } pid)
            return Alive(_table.Find(pid));
        if (spec.WorkerId is not { Length: > 0 } id || id.AsSpan().ContainsAny(AnyBetween))
            return null;
        var file = processes.Check(Path.Combine(home.Pids, id + ".pid"));
        return file.State == PidFileState.Alive ? file.Process : Alive(ByWord().GetValueOrDefault(id));
    }

    private static ProcessSample? Alive(ProcessSample? process) => process?.State is ProcessState.Zombie or ProcessState.Dead ? null : process;

    private Dictionary<string, ProcessSample> ByWord()
    {
        if (_byWord is not null)
            return _byWord;
        _byWord = new Dictionary<string, ProcessSample>(StringComparer.Ordinal);
        foreach (var process in _table)
        {
            // This process names workers when it is asked about them; that does not make it one.
            if (process.Pid == Environment.ProcessId || processes.CommandLine(process.Pid) is not { } line)
                continue;
            foreach (var word in line.Split(Between, StringSplitOptions.RemoveEmptyEntries))
            {
                _byWord.TryAdd(word, process);
                _byWord.TryAdd(Path.GetFileNameWithoutExtension(word), process);
            }
        }

        return _byWord;
    }
}
