using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

public sealed partial class FileLockTests : IDisposable
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

    /// <summary>A child process has one between its fork and its exec.</summary>
    [LinuxFact]
    public void Lock_ThatIsLetGo_IsFree_ThoughSomebodyHasACopyOfItsHandle()
    {
        int copy;
        using (var held = FileLock.TryAcquire(_folder["queue.json"])!)
        {
            var handle = Directory.GetFiles("/proc/self/fd").First(fd => new FileInfo(fd).LinkTarget == held.LockPath);
            copy = Duplicate(int.Parse(Path.GetFileName(handle), CultureInfo.InvariantCulture));
            Assert.True(copy >= 0);
        }

        using var again = FileLock.TryAcquire(_folder["queue.json"]);
        _ = Close(copy);
        Assert.NotNull(again);
    }

    [UnixFact]
    public void Lock_NamesItsHolder()
    {
        using var held = FileLock.TryAcquire(_folder["queue.json"])!;

        // As a shell would look: .NET's own open would ask for a shared flock and be refused.
        using var cat = Process.Start(new ProcessStartInfo("cat", held.LockPath) { RedirectStandardOutput = true })!;
        Assert.StartsWith($"{Environment.ProcessId} ", cat.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [UnixFact]
    public void LockFile_ThatIsALink_IsRefused_AndWhatItLeadsToStaysAsItIs()
    {
        var victim = _folder.Write("victim", "precious");
        File.CreateSymbolicLink(_folder["queue.json.lock"], victim);
        Assert.Contains("link", Assert.Throws<IOException>(() => FileLock.TryAcquire(_folder["queue.json"])).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [UnixFact]
    public void LockFile_ThatIsAPipe_IsRefused()
    {
        using (var made = Process.Start("mkfifo", _folder["queue.json.lock"]))
            made.WaitForExit();
        Assert.Contains("pipe", Assert.Throws<IOException>(() => FileLock.TryAcquire(_folder["queue.json"])).Message, StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
