using System.Security.Cryptography;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class DryRunTests : IDisposable
{
    private readonly ChangingHome _home = new();

    public static TheoryData<string> Changing => [.. Names];

    private static IEnumerable<string> Names => CommandTree.Leaves().Where(static leaf => leaf.Command.Options.Any(static option => option.Name == "--dry-run")).Select(static leaf => leaf.Path);

    public void Dispose() => _home.Dispose();

    [Fact]
    public void EveryCommandThatChangesFiles_HasADryRun()
        => Assert.Empty(((string[])["queue prioritize", "queue split", "queue archive", "queue set", "queue add", "events append", "events emit", "events trim", "events compress", "events roll", "config set", "clean logs", "clean cache", "clean snapshots", "clean history", "clean events", "workers stale", "workers archive", "undo", "lock", "monitor", "report"]).Except(Names));

    [Theory, MemberData(nameof(Changing))]
    public async Task DryRun_ChangesNothing_AndTheRealRunDoes(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        var before = State();
        var dry = await _home.RunAsync(command, "--dry-run");
        Assert.True(dry.ExitCode == 0, $"exit code {dry.ExitCode}: {dry.Error}{dry.Out}");
        Assert.Equal(before, State());
        var real = await _home.RunAsync(command);
        Assert.True(real.ExitCode is 0 or 1, $"exit code {real.ExitCode}: {real.Error}{real.Out}");
        Assert.NotEqual(before, State());
    }

    /// <summary>Every file and folder, with its bytes and its time.</summary>
    private List<string> State() => [.. new DirectoryInfo(_home.Folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(static entry => entry is FileInfo file ? $"{file.FullName} {Convert.ToHexString(Hash(file))} {file.LastWriteTimeUtc:O}" : entry.FullName)
        .Order(StringComparer.Ordinal)];

    private static byte[] Hash(FileInfo file)
    {
        // Lock files lie among them: sharing all keeps .NET from asking for a lock of its own.
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return SHA256.HashData(stream);
    }
}
