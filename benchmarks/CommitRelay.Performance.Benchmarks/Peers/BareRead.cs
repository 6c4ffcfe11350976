using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Benchmarks.Peers;

/// <summary>Reads a file through one buffer and does nothing: nothing that reads a file can be faster.</summary>
internal static unsafe class BareRead
{
    public const int BufferBytes = 256 * 1024;

    private static readonly nint Buffer = (nint)NativeMemory.AlignedAlloc(BufferBytes, 64);

    public static long Run(string path)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var total = 0L;
        while (RandomAccess.Read(handle, new Span<byte>((void*)Buffer, BufferBytes), total) is > 0 and var read)
            total += read;
        return total;
    }
}
