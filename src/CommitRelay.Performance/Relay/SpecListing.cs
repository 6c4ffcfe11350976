namespace CommitRelay.Performance.Relay;

/// <summary>Lists folders of worker specs during a walk; reads nothing.</summary>
internal sealed class SpecListing(string root, bool goesBelow) : SpecVisitor(root, goesBelow)
{
    public List<ListedFolder> Folders { get; } = [];

    protected override void Begin(string folder) => Folders.Add(new ListedFolder(folder));

    protected override void Entry() => Folders[^1].Entries++;

    protected override void Spec(string path, long bytes)
    {
        Count(bytes);
        Folders[^1].SpecFiles.Add(path);
    }

    protected override void Closed(InvalidFile file, long bytes)
    {
        Count(bytes);
        Folders[^1].Invalid.Add(file);
    }

    protected override void Invalid(string folder, InvalidFile file)
    {
        if (Folders.Find(f => f.Path == folder) is not { } listed)
            Folders.Add(listed = new ListedFolder(folder));
        listed.Invalid.Add(file);
    }

    private void Count(long bytes)
    {
        Folders[^1].Files++;
        Folders[^1].Bytes += bytes;
    }
}

/// <summary>What lies in one folder.</summary>
internal sealed class ListedFolder(string path)
{
    public string Path { get; } = path;

    public long Entries { get; set; }

    public long Files { get; set; }

    public long Bytes { get; set; }

    public List<string> SpecFiles { get; } = [];

    public List<InvalidFile> Invalid { get; } = [];
}
