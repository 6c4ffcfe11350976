using System.Text;

namespace CommitRelay.Performance.Files;

/// <summary>Lists folders by what .NET offers everywhere.</summary>
internal sealed class PortableFolders(FolderWalk walk, FolderVisitor visitor)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public void Walk(string path, int depth)
    {
        visitor.Enter(path, depth);
        var below = new List<string>();
        try
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything))
            {
                if (!walk.Take())
                    return;
                Tell(entry, below);
            }
        }
        catch (DirectoryNotFoundException) when (depth > 0)
        {
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            visitor.Unreadable(path, e.Message);
        }

        visitor.Listed(folder: -1);
        foreach (var folder in below)
        {
            if (walk.MayEnter(depth + 1))
                Walk(folder, depth + 1);
            else if (!walk.IsCut)
                visitor.TooDeep(folder);
        }
    }

    private void Tell(FileSystemInfo entry, List<string> below)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        if ((entry.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0 || FileState.IsSpecialAt(entry.FullName))
        {
            visitor.Other(name, entry.LinkTarget is not null);
        }
        else if (entry is FileInfo file)
        {
            visitor.File(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds());
        }
        else if (!FolderWalk.IsPassedOver(name))
        {
            visitor.Folder(name);
            below.Add(entry.FullName);
        }
    }
}
