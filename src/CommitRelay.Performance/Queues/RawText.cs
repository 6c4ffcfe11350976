using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace CommitRelay.Performance.Queues;

/// <summary>Compares texts as bytes, so that one can be looked up without a copy of it.</summary>
internal sealed class RawText : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly RawText Comparer = new();

    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>Other in each process: which texts fall together cannot be known beforehand.</summary>
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private RawText()
    {
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode([DisallowNull] byte[] obj) => HashOf(obj);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => HashOf(alternate);

    public static int HashOf(ReadOnlySpan<byte> text)
    {
        var hash = Seed + (ulong)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
        var rest = 0UL;
        foreach (var b in text)
            rest = (rest << 8) | b;
        hash = Mix(hash, rest);
        return (int)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong hash, ulong bytes) => BitOperations.RotateLeft((hash ^ bytes) * Odd, 32);
}
