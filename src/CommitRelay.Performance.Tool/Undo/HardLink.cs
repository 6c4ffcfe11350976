using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Tool.Undo;

/// <summary>One more name for a file: nothing is copied, and the file stays as long as one of its names.</summary>
internal static partial class HardLink
{
    /// <exception cref="IOException">There is a file of the new name, the two lie on different file systems, or the system refuses.</exception>
    public static void Create(string path, string added)
    {
        if (OperatingSystem.IsWindows())
            File.Copy(path, added);
        else if (Link(path, added) != 0)
            throw new IOException($"{path}: it cannot be kept as {added}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; --no-undo does without.");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
