using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// The members that one pass looks at: those its caller wants and those of its filter. Up to two are noted by the scanner on its way;
/// more, and names that it cannot seek, are found by walking the element.
/// </summary>
internal sealed class ElementMembers
{
    private const int MostKeys = 2;
    private readonly JsonMemberNames _names = new();
    private readonly JsonPath[] _paths;
    private readonly int[] _numbers;
    private readonly int[] _starts;
    private readonly JsonFilterPlan? _filter;
    private readonly bool _scannerFindsAll;

    /// <summary>Which of the scanner's keys the filter asks first for a text; -1 for none.</summary>
    private readonly int _gate = -1;
    private readonly JsonTextProbe _probe;

    /// <param name="filter">Which elements; null for all.</param>
    /// <param name="paths">Members for <see cref="TryValue"/>; the first two cost nearly nothing.</param>
    public ElementMembers(JsonFilter? filter, ReadOnlySpan<JsonPath> paths)
    {
        _paths = paths.ToArray();
        _numbers = Array.ConvertAll(_paths, _names.Add);
        _filter = filter is null || ReferenceEquals(filter, JsonFilter.Any) ? null : new JsonFilterPlan(filter, _names);
        _starts = new int[Math.Max(MostKeys, _names.Count)];
        Keys = SoughtKeys();
        _scannerFindsAll = Keys.Length == _names.Count;
        if (_filter is null || filter!.Gate is not { Member.Segments.Length: 1 } gate)
            return;
        var number = _names.Add(gate.Member);
        if ((uint)number >= (uint)Keys.Length)
            return;
        _gate = number;
        _probe = new JsonTextProbe(gate.Text);
    }

    /// <summary>What the scanner is to look for.</summary>
    public BlockKey[] Keys { get; }

    /// <summary>Whether elements are chosen at all; if not, all match.</summary>
    public bool HasFilter => _filter is not null;

    /// <summary>A fast no to <see cref="Matches"/>; false when that must be asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe bool Excludes(byte* json, in ElementSlice element)
    {
        if (_gate < 0)
            return false;
        var start = _gate == 0 ? element.Value1 : element.Value2;
        return start >= 0 ? _probe.Excludes(json + start) : start == ElementSlice.Absent;
    }

    /// <summary>Whether the filter wants an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Matches(ReadOnlySpan<byte> json, in ElementSlice element, out int unreadableInstants)
    {
        _starts[0] = element.Value1;
        _starts[1] = element.Value2;
        if (!_scannerFindsAll || element.Value1 == ElementSlice.Unknown)
            _names.Find(json, _starts);
        return _filter!.Matches(json, _starts, out unreadableInstants);
    }

    /// <summary>The value of a member given to the constructor, and what follows it; false when it is absent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryValue(ReadOnlySpan<byte> json, in ElementSlice element, int member, out ReadOnlySpan<byte> value)
    {
        value = default;
        var steps = _paths[member].Segments;
        var number = _numbers[member];
        var start = (uint)number < (uint)Keys.Length ? (number == 0 ? element.Value1 : element.Value2) : ElementSlice.Unknown;
        if (start == ElementSlice.Absent)
            return false;
        if (start >= 0)
        {
            json = json[start..];
            steps = steps[1..];
        }

        if (steps.Length > 0 || start < 0)
        {
            if (!JsonPath.TryFind(json, steps, out var found))
                return false;
            json = json[found..];
        }

        value = json;
        return true;
    }

    private BlockKey[] SoughtKeys()
    {
        var keys = new BlockKey[Math.Min(MostKeys, _names.Count)];
        for (var number = 0; number < keys.Length; number++)
        {
            if (!BlockKey.CanFind(_names[number]))
                return [];
            keys[number] = new BlockKey(_names[number]);
        }

        return keys;
    }
}
