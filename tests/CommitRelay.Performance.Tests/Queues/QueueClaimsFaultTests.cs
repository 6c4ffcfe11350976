using System.Diagnostics;
using System.Text;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>A full disk, a folder that may not be written, callbacks that throw, clocks that are set. Death at every step: <see cref="Files.CrashTests"/>.</summary>
public sealed class QueueClaimsFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Queue => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public async Task AFullDisk_RefusesTheClaim_AndGoesOnWhenThereIsRoom()
    {
        Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _folder.Path);
        try
        {
            File.WriteAllText(Queue, TasksText(500));
            await using (var queue = new QueueClaims<Job>(Queue, JobJson.Default.Job))
            {
                var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
                Fill(_folder["filler"]);
                await Assert.ThrowsAsync<IOException>(() => queue.ClaimAsync(500, TimeSpan.Zero).AsTask());
                await Assert.ThrowsAsync<IOException>(() => queue.FlushAsync().AsTask());
                Assert.Equal(TasksText(500), File.ReadAllText(Queue));
                File.Delete(_folder["filler"]);
                var claims = await queue.ClaimAsync(100, TimeSpan.Zero);
                Assert.Equal(100, claims.Count);
                Assert.DoesNotContain(claim.Id, claims.Select(each => each.Id));
                await queue.CompleteAsync([claim, .. claims]);
                Assert.Equal(new TaskCounts(399, 0, 0, 101, 0, 0), await queue.CountAsync());
            }

            Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
        }
        finally
        {
            Run("umount", "-l", _folder.Path);
        }
    }

    [MountFact]
    public async Task AReadOnlyFolder_IsOneClearError_AndNothingIsClaimed()
    {
        Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _folder.Path);
        try
        {
            File.WriteAllText(Queue, TasksText(3));
            Run("mount", "-o", "remount,ro", _folder.Path);
            await using var queue = new QueueClaims<Job>(Queue, JobJson.Default.Job);
            var error = await Assert.ThrowsAnyAsync<IOException>(() => queue.ClaimAsync(1, TimeSpan.Zero).AsTask());
            Assert.Contains("task-queue.json", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Run("umount", "-l", _folder.Path);
        }
    }

    private static string TasksText(int tasks)
        => $"{{\"tasks\":[{string.Join(',', Enumerable.Range(0, tasks).Select(i => $"{{\"id\":\"task-{i:000}\",\"status\":\"queued\"}}"))}]}}\n";

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        try
        {
            while (true)
                file.Write(new byte[512]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
