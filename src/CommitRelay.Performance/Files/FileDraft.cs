using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The new content of a file while it is written beside it. Leaves nothing behind when it is not used.
/// For the exchange it takes a name that tells both inodes, so that whoever finds it after a crash knows what it holds (<see cref="SwapRecovery"/>).
/// </summary>
internal sealed class FileDraft : IDisposable
{
    private readonly string _target;
    private string _path;

    private FileDraft(string target, string path, SafeFileHandle handle)
    {
        _target = target;
        _path = path;
        Handle = handle;
    }

    internal SafeFileHandle Handle { get; }

    /// <summary>What was written, before it got the target's name and others could write into it.</summary>
    internal FileIdentity Identity { get; private set; }

    /// <summary>Creates a draft beside its target, with the mode and, where allowed, the owner of what it is to replace.</summary>
    internal static FileDraft Create(string target, FileSnapshot? replaced)
    {
        var path = $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        FaultPoint.Pass("create draft");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var draft = new FileDraft(target, path, handle);
        try
        {
            if (replaced is not null)
                draft.KeepModeAndOwner(replaced);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>Makes the draft durable and puts it in the target's place, whatever is there.</summary>
    internal void Replace()
    {
        Flush();
        FaultPoint.Pass("rename");
        File.Move(_path, _target, overwrite: true);
        _path = "";
        FlushFolder(Path.GetDirectoryName(_target)!);
    }

    /// <summary>Makes the draft durable and puts it in the target's place if that still holds what was read.</summary>
    /// <returns>False when a stranger replaced the target meanwhile; it then holds the stranger's version.</returns>
    internal bool TryReplace(FileIdentity read, string? keepReplacedAs)
    {
        Flush();
        MoveTo(SwapRecovery.NameFor(_target, read, Identity));
        FaultPoint.Pass("exchange");
        if (!FileSwap.TryExchange(_path, _target))
            return TryCheckAndRename(read, keepReplacedAs);
        if (FileIdentity.At(_path) != read)
        {
            PutBack();
            return false;
        }

        if (keepReplacedAs is not null)
            MoveTo(keepReplacedAs);
        FlushFolder(Path.GetDirectoryName(_target)!);
        FaultPoint.Pass("delete replaced");
        if (keepReplacedAs is null)
            File.Delete(_path);
        _path = "";
        return true;
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (_path.Length > 0)
            File.Delete(_path);
    }

    /// <summary>The fallback where names cannot be exchanged: a replace between the look and the rename would be lost.</summary>
    internal bool TryCheckAndRename(FileIdentity read, string? keepReplacedAs)
    {
        if (FileIdentity.At(_target) != read)
            return false;
        if (keepReplacedAs is not null)
        {
            File.Delete(keepReplacedAs);
            if (!OperatingSystem.IsWindows() && Libc.Link(_target, keepReplacedAs) != 0)
                throw Libc.LastError("link", keepReplacedAs);
        }

        MoveTo(_target);
        _path = "";
        FlushFolder(Path.GetDirectoryName(_target)!);
        return true;
    }

    /// <summary>
    /// The stranger's version came out: exchange once more. If what comes out then is not ours, yet another stranger was quicker;
    /// his version is the newest and goes in next, until what comes out is what was put in last.
    /// </summary>
    private void PutBack()
    {
        var putIn = Identity;
        while (true)
        {
            var goesIn = FileIdentity.At(_path);
            FaultPoint.Pass("exchange back");
            if (!FileSwap.TryExchange(_path, _target))
                throw new IOException($"{_target}: the file system exchanged two files and then refused to; the version of another writer is kept as {_path}");
            var cameOut = FileIdentity.At(_path);
            if (cameOut == putIn || goesIn is null)
                return;
            putIn = goesIn.Value;
        }
    }

    private void Flush()
    {
        FaultPoint.Pass("fsync file");
        RandomAccess.FlushToDisk(Handle);
        Identity = FileIdentity.Of(Handle);
    }

    private static void FlushFolder(string folder)
    {
        FaultPoint.Pass("fsync folder");
        AtomicFile.FlushFolder(folder);
    }

    private void MoveTo(string path)
    {
        FaultPoint.Pass("rename");
        File.Move(_path, path, overwrite: true);
        _path = path;
    }

    private void KeepModeAndOwner(FileSnapshot replaced)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (OperatingSystem.IsLinux())
        {
            // Only root may give a file away; for others the new file is simply theirs. Before the mode: chown clears set-id bits.
            var owner = FileIdentity.Status(replaced.Handle);
            var own = FileIdentity.Status(Handle);
            if (owner.User != own.User || owner.Group != own.Group)
                _ = Libc.ChangeOwner(Handle, owner.User, owner.Group);
        }

        File.SetUnixFileMode(Handle, File.GetUnixFileMode(replaced.Handle));
    }
}
