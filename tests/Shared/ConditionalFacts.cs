namespace CommitRelay.Performance.TestHelpers;

/// <summary>A test that needs the shared material beside the repository; skipped where it is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = Conditions.WithoutShared;
}

/// <summary>A theory that needs the shared material beside the repository; skipped where it is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = Conditions.WithoutShared;
}

/// <summary>A test of what only Linux offers.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>A theory of what only Linux offers.</summary>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>A test of what only Unix offers.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Needs Unix." : null;
}

/// <summary>A theory of what only Unix offers.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "Needs Unix." : null;
}

/// <summary>A theory that watches the system calls of a process.</summary>
public sealed class StraceTheoryAttribute : TheoryAttribute
{
    public StraceTheoryAttribute() => Skip = Conditions.WithoutStrace;
}

/// <summary>A test that mounts a file system of its own, so needs Linux and root.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? null : "Needs Linux and root, to mount a small tmpfs.";
}

/// <summary>A test that runs a program of this one's folder as another user, so needs Linux, root and setpriv(1).</summary>
public sealed class OtherUserFactAttribute : FactAttribute
{
    /// <summary>What is put before a command to run it as that user.</summary>
    public const string Program = "setpriv --reuid 65534 --regid 65534 --clear-groups";

    public OtherUserFactAttribute() => Skip = Conditions.WithoutOtherUser;
}

internal static class Conditions
{
    public static string? WithoutOtherUser => CanBeAnother() ? null : "Needs Linux, root, setpriv, and a test folder that others may read.";

    public static string? WithoutStrace => CanTrace() ? null : "Needs Linux, strace, and the right to trace a process.";

    private static bool CanBeAnother()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return false;
        using var trial = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"{OtherUserFactAttribute.Program} test -r '{AppContext.BaseDirectory}' -a -x '{AppContext.BaseDirectory}' 2>&-"]);
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    private static bool CanTrace()
    {
        try
        {
            using var trial = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("strace", ["-e", "trace=none", "true"]) { RedirectStandardError = true });
            trial?.WaitForExit();
            return trial?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public static string? WithoutShared => Repository.Shared is null ? "Needs the folder ../shared beside the repository." : null;
}
