using System.Numerics;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// A 64-bit hash of what does not change while a task is worked on: its members without the ones that claims, priorities and clocks change,
/// and without white space. It tells equal ids apart; it is no protection against forgery.
/// </summary>
internal static class ElementHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    internal static ulong Of(ReadOnlySpan<byte> element, IReadOnlyCollection<byte[]> changingNames)
    {
        var hash = 0UL;
        var members = new JsonMembers(element);
        while (members.MoveNext())
        {
            if (IsOneOf(members.RawName, changingNames))
                continue;
            hash = Mix(hash, members.RawName);
            hash = MixValue(hash, element[members.ValueStart..members.ValueEnd]);
        }

        // 0 stands for "not known".
        return hash == 0 ? 1 : hash;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> rawName, IReadOnlyCollection<byte[]> names)
    {
        foreach (var name in names)
        {
            if (JsonText.RawEquals(rawName, name))
                return true;
        }

        return false;
    }

    private static ulong MixValue(ulong hash, ReadOnlySpan<byte> value)
    {
        for (var at = JsonText.SkipBlanks(value, 0); at < value.Length; at = JsonText.SkipBlanks(value, at))
        {
            var end = value[at] == '"' ? JsonText.SkipText(value, at) : at + 1;
            hash = Mix(hash, value[at..end]);
            at = end;
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            hash = (BitOperations.RotateLeft(hash, 5) ^ b) * Prime;
        return hash ^ (hash >> 32);
    }
}
