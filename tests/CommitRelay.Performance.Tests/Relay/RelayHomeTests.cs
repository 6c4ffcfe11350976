using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class RelayHomeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TaskQueueBackups_KnowsAllThreeNamingStyles()
    {
        string[] backups = ["task-queue-backup-20251107-141724.json", "task-queue.backup-20251204-154812.json", "task-queue.json.backup"];
        foreach (var name in backups)
            _folder.Write(Path.Combine("coordination", name), "{}");
        foreach (var other in new[] { "task-queue.json", "task-queue.json.lock", "task-queue.json.backup.lock", "worker-pool.backup-1.json" })
            _folder.Write(Path.Combine("coordination", other), "{}");
        var home = new RelayHome(_folder.Path);
        Assert.Equal(backups, home.TaskQueueBackups().Select(Path.GetFileName));
    }

    [Fact]
    public void TaskQueueBackups_OfAMissingHome_IsEmpty() => Assert.Empty(new RelayHome(_folder["missing"]).TaskQueueBackups());

    [Fact]
    public void Locate_PrefersTheGivenFolder()
    {
        var home = RelayHome.Locate(_folder.Path);
        Assert.Equal(_folder.Path, home.Root);
        Assert.Equal("coordination/task-queue.json", home.Relative(home.TaskQueue));
    }
}
