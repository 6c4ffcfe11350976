using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>
/// Whether a folder is one that this user made and nobody else may write to. A home may be open to others, and a record tells which files are to be
/// overwritten and deleted: one that somebody else wrote must not lead us anywhere.
/// </summary>
internal static unsafe partial class OwnFolder
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeModeAndUser = 0x1 | 0x2 | 0x8;
    private const ushort TypeAndOthers = 0xF000 | 0b111_111;
    private const ushort FolderOfOneUser = 0x4000;

    public static bool Is(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return new DirectoryInfo(folder) is { Exists: true, LinkTarget: null };
        Facts facts;
        return Statx(CurrentFolder, folder, NoFollow, TypeModeAndUser, &facts) == 0 && facts.User == EffectiveUser() && (facts.Mode & TypeAndOthers) == FolderOfOneUser;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Facts* result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    // struct statx of linux/stat.h, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Facts
    {
        [FieldOffset(20)] public uint User;
        [FieldOffset(28)] public ushort Mode;
    }
}
