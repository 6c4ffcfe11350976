using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>A writer on a file whose faults a test plans, under a clock that the test moves.</summary>
public abstract class FaultyWriterTests : IDisposable
{
    private protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private protected TempFolder Folder { get; } = new();

    private protected FaultyFile.Plan Plan { get; } = new();

    private protected FakeTimeProvider Time { get; } = new();

    private protected string Log => Folder["events.jsonl"];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected EventWriter Open(EventWriterOptions? options = null, ILogger? logger = null) => new(Log, options, Time, logger, Plan.Open);

    /// <summary>True, so that a wait for a condition can let time pass.</summary>
    private protected bool Advance()
    {
        Time.Advance(TimeSpan.FromMilliseconds(100));
        return true;
    }
}
