using System.Collections.Concurrent;
using System.Diagnostics;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Workers.Soak;

/// <summary>One worker process, and what it says of its heap.</summary>
internal sealed class SoakWorker : IDisposable
{
    private readonly Process _process;

    public SoakWorker(string home, string api)
    {
        _process = ChildProcess.Start("loop", home, api);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } bytes)
                Heap.Enqueue(long.Parse(bytes));
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                Complaints.Enqueue(text);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public ConcurrentQueue<long> Heap { get; } = new();

    /// <summary>What it wrote on standard error.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks for an end in good order.</summary>
    public async Task StopAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, string.Join('\n', Complaints));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
