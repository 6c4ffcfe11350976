using System.Buffers;

namespace CommitRelay.Performance.Json;

/// <summary>
/// Carries the difference of two objects over to a third text of the same object, which may hold more, and in another spelling:
/// only members that differ are written.
/// </summary>
internal static class JsonMerge
{
    /// <returns>False when nothing differs; nothing is written then.</returns>
    internal static bool TryApply(ReadOnlySpan<byte> json, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, IBufferWriter<byte> output)
    {
        var text = json.ToArray();
        if (!Apply(ref text, [], before, after))
            return false;
        output.Write(text);
        return true;
    }

    private static bool Apply(ref byte[] text, JsonPathSegment[] path, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var changed = false;
        var members = new JsonMembers(after);
        while (members.MoveNext())
        {
            JsonPathSegment[] member = [.. path, JsonPathSegment.OfName(JsonText.ToText(members.RawName) ?? "")];
            var value = after[members.ValueStart..members.ValueEnd];
            if (!JsonPath.TryFind(before, member.AsSpan(path.Length), out var start))
                changed |= Set(ref text, member, value);
            else
                changed |= ApplyValue(ref text, member, before[start..JsonText.SkipValue(before, start)], value);
        }

        return RemoveMissing(ref text, path, before, after) || changed;
    }

    private static bool ApplyValue(ref byte[] text, JsonPathSegment[] member, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (before.SequenceEqual(after))
            return false;
        var bothObjects = before[0] == '{' && after[0] == '{' && JsonPath.TryFind(text, member, out var start) && text[start] == '{';
        return bothObjects ? Apply(ref text, member, before, after) : Set(ref text, member, after);
    }

    private static bool RemoveMissing(ref byte[] text, JsonPathSegment[] path, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var changed = false;
        var members = new JsonMembers(before);
        while (members.MoveNext())
        {
            JsonPathSegment[] member = [.. path, JsonPathSegment.OfName(JsonText.ToText(members.RawName) ?? "")];
            if (JsonPath.TryFind(after, member.AsSpan(path.Length), out _))
                continue;
            var output = new ArrayBufferWriter<byte>(text.Length);
            if (!JsonMemberPatch.TryRemove(text, member, output))
                continue;
            text = output.WrittenSpan.ToArray();
            changed = true;
        }

        return changed;
    }

    private static bool Set(ref byte[] text, JsonPathSegment[] member, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + value.Length + 64);
        if (!JsonMemberPatch.TrySet(text, member, value, create: true, output))
            return false;
        text = output.WrittenSpan.ToArray();
        return true;
    }
}
