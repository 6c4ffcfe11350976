using System.Diagnostics;

namespace CommitRelay.Performance.TestHelpers;

/// <summary>A small tmpfs, to be filled. Needs root.</summary>
internal sealed class SmallMount : IDisposable
{
    public SmallMount(string path, string size)
    {
        Path = path;
        Directory.CreateDirectory(path);
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path));
    }

    public string Path { get; }

    public void Dispose() => Run("umount", "-l", Path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
