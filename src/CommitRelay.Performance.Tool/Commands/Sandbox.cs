namespace CommitRelay.Performance.Tool.Commands;

/// <summary>A copy of a file in a folder of its own, on which a dry run does the real thing.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-perf-").FullName;

    public Sandbox(string file)
    {
        File = Path.Combine(_folder, Path.GetFileName(file));
        System.IO.File.Copy(file, File);
    }

    public string File { get; }

    public string Folder => _folder;

    /// <summary>The file itself, or with a dry run a copy of it.</summary>
    public static (string File, Sandbox? Copy) Of(string file, bool dryRun)
    {
        if (!dryRun)
            return (file, null);
        var copy = new Sandbox(file);
        return (copy.File, copy);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
