using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>
/// One more name for a file: nothing is copied, and the file stays as long as one of its names. Only where the system refuses that of another user's
/// file (fs.protected_hardlinks), it is copied.
/// </summary>
internal static partial class HardLink
{
    private const int NotPermitted = 1;

    /// <exception cref="IOException">There is a file of the new name, the two lie on different file systems, or the system refuses.</exception>
    public static void Create(string path, string added)
    {
        if (OperatingSystem.IsWindows())
            File.Copy(path, added);
        else if (Link(path, added) == 0)
            return;
        else if (Marshal.GetLastPInvokeError() == NotPermitted)
            File.Copy(path, added);
        else
            throw new IOException($"{path}: it cannot be kept as {added}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; --no-undo does without.");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
