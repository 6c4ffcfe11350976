using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Json;

/// <summary>A condition on one member.</summary>
internal abstract class JsonFilterLeaf(JsonPath path, int number) : JsonFilter
{
    /// <summary>What <see cref="JsonMemberNames"/> gave for the path's first name; -1 when the path starts otherwise.</summary>
    private readonly int _number = number;

    protected JsonPath Path { get; } = path ?? throw new ArgumentNullException(nameof(path));

    internal sealed override JsonFilter Bind(JsonMemberNames names) => WithNumber(names.Add(Path));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal sealed override bool Evaluate(ref JsonFilterInput input)
    {
        if (_number < 0)
            return JsonPath.TryFind(input.Json, Path.Segments, out var found) && Holds(input.Json[found..], ref input);
        var start = input.Starts[_number];
        if (start < 0)
            return false;
        var value = input.Json[start..];
        if (Path.Segments.Length == 1)
            return Holds(value, ref input);
        return JsonPath.TryFind(value, Path.Segments[1..], out var nested) && Holds(value[nested..], ref input);
    }

    protected abstract JsonFilter WithNumber(int number);

    /// <param name="value">Not empty; starts with the value, and runs on behind it.</param>
    /// <param name="input">Where an unreadable instant is counted.</param>
    protected abstract bool Holds(ReadOnlySpan<byte> value, ref JsonFilterInput input);
}

internal sealed class JsonTextLeaf(JsonPath path, byte[][] texts, int number = -1) : JsonFilterLeaf(path, number)
{
    // Quote, backslash, slash and control bytes have short escapes; everything else can only be written as itself or as \u.
    internal override ReadOnlyMemory<byte> RequiredBytes
        => texts is [var text] && text.AsSpan().IndexOfAny((byte)'"', (byte)'\\', (byte)'/') < 0 && !text.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1F) ? (byte[])[(byte)'"', .. text, (byte)'"'] : default;

    internal override (JsonPath Member, byte[] Text)? Gate => texts is [var text] ? (Path, text) : null;

    protected override JsonFilter WithNumber(int number) => new JsonTextLeaf(Path, texts, number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override bool Holds(ReadOnlySpan<byte> value, ref JsonFilterInput input)
    {
        foreach (var text in texts)
        {
            if (JsonText.ValueEquals(value, text))
                return true;
        }

        return false;
    }
}

internal sealed class JsonNumberLeaf(JsonPath path, JsonComparison? comparison, JsonNumber number, int place = -1) : JsonFilterLeaf(path, place)
{
    protected override JsonFilter WithNumber(int place) => new JsonNumberLeaf(Path, comparison, number, place);

    protected override bool Holds(ReadOnlySpan<byte> value, ref JsonFilterInput input)
    {
        if (!JsonNumber.TryRead(value, out var found))
            return false;
        var order = found.CompareTo(number);
        return comparison is { } wanted ? wanted.Holds(order) : order == 0;
    }
}

internal sealed class JsonInstantLeaf(JsonPath path, JsonComparison comparison, DateTimeOffset instant, int number = -1) : JsonFilterLeaf(path, number)
{
    protected override JsonFilter WithNumber(int number) => new JsonInstantLeaf(Path, comparison, instant, number);

    protected override bool Holds(ReadOnlySpan<byte> value, ref JsonFilterInput input)
    {
        if (JsonText.TryInstant(value, out var found))
            return comparison.Holds(found.CompareTo(instant));
        if (!value.StartsWith("null"u8))
            input.UnreadableInstants++;
        return false;
    }
}

internal sealed class JsonKindLeaf(JsonPath path, JsonKindLeaf.Kind kind, int number = -1) : JsonFilterLeaf(path, number)
{
    internal enum Kind
    {
        Any,
        Null,
        True,
        False,
    }

    protected override JsonFilter WithNumber(int number) => new JsonKindLeaf(Path, kind, number);

    protected override bool Holds(ReadOnlySpan<byte> value, ref JsonFilterInput input) => kind switch
    {
        Kind.Any => true,
        Kind.Null => value.StartsWith("null"u8),
        Kind.True => value.StartsWith("true"u8),
        _ => value.StartsWith("false"u8),
    };
}

internal static class JsonComparisons
{
    public static bool Holds(this JsonComparison comparison, int order) => comparison switch
    {
        JsonComparison.LessThan => order < 0,
        JsonComparison.AtMost => order <= 0,
        JsonComparison.GreaterThan => order > 0,
        _ => order >= 0,
    };
}
