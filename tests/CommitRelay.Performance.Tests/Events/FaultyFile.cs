using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>A file whose system calls do as a test says, and otherwise as the real one.</summary>
internal sealed class FaultyFile(string path, FaultyFile.Plan plan) : AppendFile(path)
{
    public override int Write(ReadOnlySpan<byte> bytes)
    {
        var take = plan.OnWrite(bytes.Length);
        return take == 0 ? throw new IOException($"{Path}: write failed: No space left on device (errno 28)", 28) : base.Write(bytes[..take]);
    }

    public override DiskSpace Disk => plan.OnDisk?.Invoke() ?? base.Disk;

    public override void FlushToDisk()
    {
        plan.OnSync();
        base.FlushToDisk();
        plan.SyncedLength = State.Length;
    }

    /// <summary>What the calls of every handle on the file do.</summary>
    internal sealed class Plan
    {
        /// <summary>Given the length, how much the write takes; 0 fails it.</summary>
        public Func<int, int> OnWrite { get; set; } = static length => length;

        public Action OnSync { get; set; } = static () => { };

        /// <summary>What the disk says of its room; null for the real one.</summary>
        public Func<DiskSpace>? OnDisk { get; set; }

        public Action OnOpen { get; set; } = static () => { };

        /// <summary>How much of the file a power loss would leave.</summary>
        public long SyncedLength { get; set; }

        public AppendFile Open(string path)
        {
            OnOpen();
            return new FaultyFile(path, this);
        }
    }
}
