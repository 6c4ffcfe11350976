namespace CommitRelay.Performance.Relay;

/// <summary>What a <see cref="SpecWalk{TFolder}"/> tells about one folder of worker specs: to one that keeps the specs, or to one that keeps figures only.</summary>
internal interface ISpecFolder
{
    string Path { get; }

    /// <summary>Whether nothing was told but entries of other kinds.</summary>
    bool IsEmpty { get; }

    /// <summary>An entry of any kind.</summary>
    void CountEntry();

    /// <summary>A file named as a spec, whatever is in it.</summary>
    void CountFile(long bytes);

    /// <summary>A file that is valid JSON but no object.</summary>
    void CountNotObject();

    /// <summary>What is named as a spec and cannot be read as one; or the folder itself, when it cannot be listed.</summary>
    void Add(InvalidFile file);
}
