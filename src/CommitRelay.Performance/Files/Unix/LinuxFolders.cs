using System.Runtime.InteropServices;
using System.Text;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>
/// Lists folders by getdents64 and statx. Each is opened relative to the open one above it and never through a link, so that nobody can lead
/// the walk out of the tree by putting a link in its way; names of any bytes are taken as they are. One descriptor a level stays open.
/// </summary>
internal sealed unsafe class LinuxFolders(FolderWalk walk, FolderVisitor visitor)
{
    private const int BufferBytes = 64 * 1024;
    private const int NameOffset = 19;

    /// <summary>Whether the C library has what is needed (glibc since 2.30, musl).</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess && HasGetEntries();

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public void Walk(string root)
    {
        var folder = Libc.Open(root, Libc.Flags.ReadOnly | Libc.Flags.Directory | Libc.Flags.CloseOnExec, 0);
        if (folder < 0)
            visitor.Unreadable(root, Reason("open"));
        else
            WalkOpen(folder, root, depth: 0);
    }

    /// <summary>Walks an open folder and closes it.</summary>
    private void WalkOpen(int folder, string path, int depth)
    {
        try
        {
            visitor.Enter(path, depth);
            var below = new List<byte[]>();
            List(folder, path, below);
            visitor.Listed(folder);
            foreach (var name in below)
                Enter(folder, path, name, depth + 1);
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private void Enter(int above, string path, byte[] name, int depth)
    {
        var full = Path.Join(path, Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)));
        if (!walk.MayEnter(depth))
        {
            if (!walk.IsCut)
                visitor.TooDeep(full);
            return;
        }

        int folder;
        fixed (byte* bytes = name)
            folder = Libc.OpenAt(above, bytes, Libc.Flags.ReadOnly | Libc.Flags.Directory | Libc.Flags.NoFollow | Libc.Flags.CloseOnExec);
        if (folder >= 0)
            WalkOpen(folder, full, depth);
        else if (Marshal.GetLastPInvokeError() != Libc.NoEntry)
            visitor.Unreadable(full, Reason("open"));
    }

    private void List(int folder, string path, List<byte[]> below)
    {
        var buffer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);
        while (true)
        {
            var length = Libc.GetEntries(folder, buffer, BufferBytes);
            if (length < 0 && Marshal.GetLastPInvokeError() != Libc.NoEntry)
                visitor.Unreadable(path, Reason("getdents64"));
            if (length <= 0)
                return;
            for (nint at = 0; at < length; at += *(ushort*)(buffer + at + 16))
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + at + NameOffset);
                if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                    continue;
                if (!walk.Take())
                    return;
                Tell(folder, buffer[at + 18], buffer + at + NameOffset, name, below);
            }
        }
    }

    private void Tell(int folder, byte entryType, byte* rawName, ReadOnlySpan<byte> name, List<byte[]> below)
    {
        var type = (EntryType)entryType;
        var facts = default(Libc.EntryFacts);

        // Some file systems do not say what an entry is before it is asked for.
        if (type is EntryType.File or EntryType.Unknown)
        {
            if (!Libc.TryEntry(folder, rawName, out facts))
                return;
            type = facts.Type;
        }

        switch (type)
        {
            case EntryType.File:
                visitor.File(name, facts.Size, facts.ModifiedSeconds);
                break;
            case EntryType.Folder when FolderWalk.IsPassedOver(name):
                break;
            case EntryType.Folder:
                visitor.Folder(name);
                below.Add(MemoryMarshal.CreateReadOnlySpan(ref *rawName, name.Length + 1).ToArray());
                break;
            default:
                visitor.Other(name, type == EntryType.Link);
                break;
        }
    }

    private static bool HasGetEntries()
    {
        try
        {
            return Libc.GetEntries(-1, null, 0) < 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static string Reason(string call) => $"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
}

/// <summary>What an entry is: DT_… of dirent.h, which is the file type of st_mode shifted by 12.</summary>
internal enum EntryType : byte
{
    Unknown = 0,
    Folder = 4,
    File = 8,
    Link = 10,
}
