using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lock_WhileHeld_IsRefusedToOthers()
    {
        using (var held = FileLock.TryAcquire(_folder["queue.json"]))
        {
            Assert.NotNull(held);
            Assert.Null(FileLock.TryAcquire(_folder["queue.json"]));
        }

        using var again = FileLock.TryAcquire(_folder["queue.json"]);
        Assert.NotNull(again);
    }

    [UnixFact]
    public void Lock_NamesItsHolder()
    {
        using var held = FileLock.TryAcquire(_folder["queue.json"])!;
        Assert.StartsWith($"{Environment.ProcessId} ", File.ReadAllText(held.LockPath), StringComparison.Ordinal);
    }
}
