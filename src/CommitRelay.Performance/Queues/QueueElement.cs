using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// One task's bytes as they stand in the file. They lie in the reader's buffer and are valid only until the reader moves on:
/// take what is wanted, or a copy by <see cref="ToArray"/>, before that. <see cref="QueueReaderOptions.PoisonElements"/> makes a late use visible.
/// </summary>
public readonly struct QueueElement
{
    internal QueueElement(ReadOnlyMemory<byte> bytes, long index, long offset)
    {
        Memory = bytes;
        Index = index;
        Offset = offset;
    }

    /// <summary>The bytes; valid until the reader moves on.</summary>
    public ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>The bytes; valid until the reader moves on.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>0-based place among all elements of the file.</summary>
    public long Index { get; }

    /// <summary>Byte offset of the first byte in the file (in the unpacked text of a packed one).</summary>
    public long Offset { get; }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Memory.ToArray();

    /// <summary>Makes an object of the bytes.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="typeInfo">How to, usually from a source-generated context.</param>
    /// <exception cref="JsonException">The bytes do not fit the type.</exception>
    public T? Deserialize<T>(JsonTypeInfo<T> typeInfo) => JsonSerializer.Deserialize(Bytes, typeInfo);

    /// <summary>Finds a member's value, quotes included.</summary>
    /// <param name="member">Where it is.</param>
    /// <param name="value">Its bytes; valid until the reader moves on.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGet(JsonPath member, out ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.TryFind(Bytes, out value);
    }

    /// <summary>A member's text, unescaped; null when it is absent or no text.</summary>
    /// <param name="member">Where it is.</param>
    public string? GetText(JsonPath member) => TryGet(member, out var value) && JsonText.TryRawText(value, out var raw) ? JsonText.ToText(raw) : null;

    /// <summary>The element's text.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Bytes);
}
