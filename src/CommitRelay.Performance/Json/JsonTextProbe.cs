using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Json;

/// <summary>A first look at a value that may be a certain text: eight bytes tell nearly all others apart.</summary>
internal readonly struct JsonTextProbe
{
    private readonly ulong _head;
    private readonly ulong _headBytes;

    public JsonTextProbe(byte[] plain)
    {
        // A quote or a backslash always stands as an escape in JSON, so from there on the bytes tell nothing.
        var escape = plain.AsSpan().IndexOfAny((byte)'"', (byte)'\\');
        ReadOnlySpan<byte> quoted = escape < 0 ? [(byte)'"', .. plain, (byte)'"'] : [(byte)'"', .. plain.AsSpan(0, escape)];
        Span<byte> head = stackalloc byte[8];
        quoted[..Math.Min(8, quoted.Length)].CopyTo(head);
        _head = BinaryPrimitives.ReadUInt64LittleEndian(head);
        _headBytes = quoted.Length >= 8 ? ulong.MaxValue : (1UL << (8 * quoted.Length)) - 1;
    }

    /// <summary>True when the value is not the text: the first byte that differs begins no escape. False when only a full comparison can tell.</summary>
    /// <param name="value">The value; eight bytes must be readable.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe bool Excludes(byte* value)
    {
        var difference = (*(ulong*)value ^ _head) & _headBytes;
        return difference != 0 && value[BitOperations.TrailingZeroCount(difference) / 8] != '\\';
    }
}
