using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;

namespace CommitRelay.Performance.Files;

/// <summary>How two names of one folder change places, by system. False where the system or the file system cannot.</summary>
internal static class FileSwap
{
    /// <summary>Makes each name lead to what the other led to, in one step: no moment without a file at either name.</summary>
    internal static bool TryExchange(string first, string second)
    {
        if (OperatingSystem.IsLinux())
            return Succeeded(RenameLinux(first, second), second);
        if (OperatingSystem.IsMacOS())
            return Succeeded(Libc.RenameExchangeMac(first, second, Libc.ExchangeNames), second);
        return OperatingSystem.IsWindows() && ReplaceKeeping(first, second);
    }

    private static int RenameLinux(string first, string second)
    {
        try
        {
            return Libc.RenameAt2(Libc.CurrentFolder, first, Libc.CurrentFolder, second, Libc.ExchangeNames);
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library does not know the call.
            Marshal.SetLastPInvokeError(Libc.NoSystemCall);
            return -1;
        }
    }

    private static bool Succeeded(int result, string path)
    {
        if (result == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Libc.NoEntry)
            throw new FileNotFoundException($"{path}: the file has gone while it was being replaced", path);
        return errno is Libc.InvalidArgument or Libc.NoSystemCall or Libc.NotSupportedLinux or Libc.NotSupportedMac
            ? false
            : throw Libc.LastError("rename", path);
    }

    /// <summary>ReplaceFile puts the first in the second's place and keeps what was there under a third name, which then takes the first's.</summary>
    private static bool ReplaceKeeping(string first, string second)
    {
        var kept = first + ".kept";
        File.Replace(first, second, kept, ignoreMetadataErrors: true);
        File.Move(kept, first);
        return true;
    }
}
