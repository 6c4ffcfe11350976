namespace CommitRelay.Samples.Worker;

/// <summary>A copy of the home that ships beside the program, in a temporary folder, so that every run starts from the same tasks.</summary>
internal sealed class ScratchHome : IDisposable
{
    private ScratchHome(string path) => Path = path;

    public string Path { get; }

    public static ScratchHome Create()
    {
        var scratch = Directory.CreateTempSubdirectory("commitrelay-worker-");
        Copy(new DirectoryInfo(System.IO.Path.Combine(AppContext.BaseDirectory, "home")), scratch);
        return new ScratchHome(scratch.FullName);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var folder in from.EnumerateDirectories())
            Copy(folder, to.CreateSubdirectory(folder.Name));
        foreach (var file in from.EnumerateFiles())
            file.CopyTo(System.IO.Path.Combine(to.FullName, file.Name));
    }
}
