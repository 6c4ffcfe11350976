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
        var path = NewPath(target);
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

    /// <summary>A draft that is a kept file under one more name, where the system allows it: then nothing is copied. What is kept stays until it is replaced.</summary>
    internal static FileDraft OfKept(string target, string keptPath)
    {
        var path = NewPath(target);
        FaultPoint.Pass("link draft");

        // Some systems let nobody link what belongs to another user; who may read it may copy it.
        if (OperatingSystem.IsWindows() || Libc.Link(keptPath, path) != 0)
            File.Copy(keptPath, path);
        return new FileDraft(target, path, File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
    }

    /// <summary>Makes the draft durable and puts it in the target's place, whatever is there.</summary>
    internal void Replace(bool keepReplaced = false)
    {
        Flush();
        if (keepReplaced && TryExchangeWithWhatIsThere())
        {
            FlushFolder();
            DeleteOrKeep(keepReplaced);
            return;
        }

        MoveTo(_target);
        _path = "";
        FlushFolder();
    }

    /// <summary>Makes the draft durable and puts it in the target's place if that still holds what was read.</summary>
    /// <returns>False when a stranger replaced the target meanwhile; it then holds the stranger's version.</returns>
    internal bool TryReplace(FileIdentity read, bool keepReplaced)
    {
        Flush();
        MoveTo(SwapRecovery.NameFor(_target, read, Identity));
        FaultPoint.Pass("exchange");
        if (!FileSwap.TryExchange(_path, _target))
            return TryCheckAndRename(read, keepReplaced);
        FaultPoint.Pass("look");
        if (FileIdentity.At(_path) != read)
        {
            PutBack();
            return false;
        }

        if (keepReplaced)
            MoveTo(KeptFile.NameFor(_target, Identity));
        FlushFolder();
        DeleteOrKeep(keepReplaced);
        return true;
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (_path.Length == 0)
            return;
        FaultPoint.Pass("unlink draft");
        File.Delete(_path);
    }

    /// <summary>The fallback where names cannot be exchanged: a replace between the look and the rename would be lost.</summary>
    internal bool TryCheckAndRename(FileIdentity read, bool keepReplaced)
    {
        FaultPoint.Pass("look");
        if (FileIdentity.At(_target) != read)
            return false;
        if (keepReplaced)
            LinkReplaced(KeptFile.NameFor(_target, Identity));
        MoveTo(_target);
        _path = "";
        FlushFolder();
        if (keepReplaced)
            KeptFile.DeleteOthers(_target, KeptFile.NameFor(_target, Identity));
        return true;
    }

    private void LinkReplaced(string kept)
    {
        FaultPoint.Pass("link kept");
        if (!OperatingSystem.IsWindows() && Libc.Link(_target, kept) != 0)
            throw Libc.LastError("link", kept);
    }

    /// <summary>False when there is nothing to exchange with, or no way to.</summary>
    private bool TryExchangeWithWhatIsThere()
    {
        try
        {
            FaultPoint.Pass("exchange");
            if (!FileSwap.TryExchange(_path, _target))
                return false;
            MoveTo(KeptFile.NameFor(_target, Identity));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The path leads to what was replaced.</summary>
    private void DeleteOrKeep(bool keep)
    {
        if (keep)
        {
            KeptFile.DeleteOthers(_target, _path);
        }
        else
        {
            FaultPoint.Pass("unlink replaced");
            File.Delete(_path);
        }

        _path = "";
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
        Identity = FileIdentity.Of(Handle, _path);
    }

    private void FlushFolder()
    {
        FaultPoint.Pass("fsync folder");
        AtomicFile.FlushFolder(Path.GetDirectoryName(_target)!);
    }

    private void MoveTo(string path)
    {
        FaultPoint.Pass("rename");
        File.Move(_path, path, overwrite: true);
        _path = path;
    }

    private static string NewPath(string target) => $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";

    private void KeepModeAndOwner(FileSnapshot replaced)
    {
        if (OperatingSystem.IsWindows())
            return;

        // Only root may give a file away; for others the new file is simply theirs. Before the mode: chown clears set-id bits.
        var its = FileState.Of(replaced.Handle, _target);
        var own = FileState.Of(Handle, _path);
        if (its.User != own.User || its.Group != own.Group)
        {
            FaultPoint.Pass("chown draft");
            _ = Libc.ChangeOwner(Handle, its.User, its.Group);
        }

        FaultPoint.Pass("chmod draft");
        File.SetUnixFileMode(Handle, its.Mode);
    }
}
