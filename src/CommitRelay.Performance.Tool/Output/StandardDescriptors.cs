using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Tool;

/// <summary>The numbers of the standard streams.</summary>
internal static partial class StandardDescriptors
{
    public const int In = 0;
    public const int Out = 1;
    public const int Error = 2;
    private const int GetFlags = 1;

    /// <summary>
    /// Whether the program was started with this stream. Where it was closed, its number may by now be a file or pipe of the runtime's own, on which
    /// reading never ends and writing does harm; these are marked to be closed on exec, and so are told from what was inherited.
    /// </summary>
    public static bool IsInherited(int descriptor) => OperatingSystem.IsWindows() || Control(descriptor, GetFlags) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
