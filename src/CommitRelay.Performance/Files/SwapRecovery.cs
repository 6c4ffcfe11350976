using System.Globalization;
using CommitRelay.Performance.Files.Unix;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Clears away what a process that died in the middle of a swap has left beside the file. Run by the next holder of the lock.
/// The draft of an exchange is named <c>&lt;file&gt;.&lt;inode read&gt;-&lt;inode written&gt;.swap</c>: if it is neither of the two, a stranger's version
/// came out of the exchange and the dead process could not put it back.
/// </summary>
internal static class SwapRecovery
{
    internal static string NameFor(string target, FileIdentity read, FileIdentity written)
        => string.Create(CultureInfo.InvariantCulture, $"{target}.{read.Inode:x}-{written.Inode:x}.swap");

    internal static void Run(string target)
    {
        foreach (var swap in Beside(target, ".swap"))
            Recover(target, swap);
        foreach (var draft in Beside(target, ".tmp"))
        {
            if (IsAlive(draft[(target.Length + 1)..]))
                continue;
            FaultPoint.Pass("unlink draft");
            File.Delete(draft);
        }
    }

    /// <summary>The files beside a file whose names begin with its own and a dot. A file's own name may hold what a search takes for a wildcard.</summary>
    internal static string[] Beside(string target, string suffix)
        => [.. Directory.EnumerateFiles(Path.GetDirectoryName(target)!, "*" + suffix).Where(file => file.StartsWith(target + ".", StringComparison.Ordinal))];

    private static void Recover(string target, string swap)
    {
        var inodes = swap[(target.Length + 1)..^".swap".Length].Split('-');
        if (inodes.Length != 2 || !TryParse(inodes[0], out var read) || !TryParse(inodes[1], out var written) || FileIdentity.At(swap) is not { } left)
            return;
        var cameOutOfTheExchange = left.Inode != read && left.Inode != written;
        FaultPoint.Pass("recover swap");
        if (cameOutOfTheExchange && FileIdentity.At(target) is { } now && now.Inode == written)
            File.Move(swap, target, overwrite: true);
        else
            File.Delete(swap);
    }

    private static bool TryParse(string text, out ulong inode)
        => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out inode);

    private static bool IsAlive(string draft)
    {
        var process = draft.Split('-')[0];
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return true;
        if (!OperatingSystem.IsWindows())
            return Libc.Kill(id, 0) == 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Libc.NoProcess;
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
