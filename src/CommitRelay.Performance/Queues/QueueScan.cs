using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>One pass over one source: reads, cuts, asks the filter, checks what matched. Yields batches of matching elements.</summary>
internal sealed class QueueScan : IDisposable
{
    private readonly QueueReaderOptions _options;
    private readonly QueueReadStatistics _statistics;
    private readonly QueueInput _input;
    private readonly QueueFaults _faults;
    private readonly ElementCutter _cutter;
    private readonly JsonFilterPlan? _filter;
    private readonly JsonMemberNames _names;
    private readonly JsonPath[] _members;
    private readonly int[] _memberNumbers;
    private readonly bool _checksAll;
    private readonly bool _checksMatches;
    private readonly bool _scannerFindsAll;
    private readonly int[] _starts;
    private readonly string _arrayText;
    private ElementSlice[] _matches = new ElementSlice[512];
    private int _matchCount;
    private int _next;
    private (ElementSlice Element, int At, string Expected)? _broken;

    /// <param name="source">What to read.</param>
    /// <param name="options">How.</param>
    /// <param name="filter">Which elements; null for all.</param>
    /// <param name="statistics">Where to count; null for nowhere.</param>
    /// <param name="yields">Whether matching elements are handed out, and so checked in full.</param>
    /// <param name="members">Members whose values the caller wants by <see cref="TryValue"/>, in that order.</param>
    public QueueScan(QueueSource source, QueueReaderOptions options, JsonFilter? filter, QueueReadStatistics? statistics, bool yields, params ReadOnlySpan<JsonPath> members)
    {
        _options = options;
        _checksAll = options.Strict;
        _checksMatches = yields && !options.Strict;
        _statistics = statistics ?? new QueueReadStatistics();
        _names = new JsonMemberNames();
        _members = members.ToArray();
        _memberNumbers = [.. _members.Select(_names.Add)];
        _filter = filter is null || ReferenceEquals(filter, JsonFilter.Any) ? null : new JsonFilterPlan(filter, _names);
        _scannerFindsAll = _names.Count <= 2 && Enumerable.Range(0, _names.Count).All(number => BlockKey.CanFind(_names[number]));
        var keys = _scannerFindsAll ? Enumerable.Range(0, _names.Count).Select(number => new BlockKey(_names[number])).ToArray() : [];
        _starts = new int[Math.Max(2, _names.Count)];
        var lines = IsLines(source.Name);
        _arrayText = lines ? "$" : options.Tasks.ToString();
        _input = source.Open();
        _faults = new QueueFaults(_input, options, _statistics);
        _cutter = new ElementCutter(options, _faults, lines, countLines: !_input.CanReadAgain, keys);
    }

    public bool IsSynchronous => _input.IsSynchronous;

    /// <summary>The elements of the batch that match.</summary>
    public ReadOnlySpan<ElementSlice> Matches => _matches.AsSpan(0, _matchCount);

    /// <summary>Goes to the next batch that holds a match; false at the end.</summary>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = Step();
            if (state != CutterState.NeedsInput)
                return state == CutterState.Elements;
            cancellationToken.ThrowIfCancellationRequested();
            _cutter.Accept(_input.Read(_cutter.Space()));
        }
    }

    /// <summary>Goes to the next batch that holds a match; false at the end.</summary>
    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
        => IsSynchronous ? new ValueTask<bool>(MoveNext(cancellationToken)) : MoveNextSlowlyAsync(cancellationToken);

    public QueueElement Element(in ElementSlice slice) => new(_cutter.Memory(slice.Start, slice.End), slice.Index, _cutter.OffsetOf(slice.Start));

    public ReadOnlySpan<byte> Bytes(in ElementSlice slice) => _cutter.Bytes(slice.Start, slice.End);

    /// <summary>The value of a member given to the constructor, and what follows it; false when it is absent.</summary>
    public bool TryValue(in ElementSlice slice, int member, out ReadOnlySpan<byte> value)
    {
        var json = Bytes(slice);
        var steps = _members[member].Segments;
        var start = !_scannerFindsAll ? ElementSlice.Unknown : _memberNumbers[member] switch { 0 => slice.Value1, 1 => slice.Value2, _ => ElementSlice.Unknown };
        if (start >= 0)
        {
            json = json[start..];
            steps = steps[1..];
        }

        value = default;
        if (start == ElementSlice.Absent || !JsonPath.TryFind(json, steps, out var found))
            return false;
        value = json[found..];
        return true;
    }

    /// <summary>Makes a late use of elements visible: they no longer hold anything that could be read.</summary>
    public void Poison()
    {
        foreach (ref readonly var match in Matches)
            Poison(match);
    }

    public void Poison(in ElementSlice slice)
    {
        if (_options.PoisonElements)
            _cutter.Memory(slice.Start, slice.End).Span.Fill(0xFF);
    }

    public void Report(in ElementSlice slice, int at, string expected, Exception? cause = null)
        => _faults.Report(_cutter.OffsetOf(slice.Start) + at, expected, new JsonPathText(_arrayText, slice.Index), _cutter.Bytes(0, slice.Start + at), cause);

    public void Dispose()
    {
        _cutter.Dispose();
        _input.Dispose();
    }

    private bool IsLines(string name)
    {
        if (_options.Shape != QueueShape.Auto)
            return _options.Shape == QueueShape.JsonLines;
        var bare = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name.AsSpan(0, name.Length - 3) : name;
        return bare.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || bare.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MoveNextSlowlyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = Step();
            if (state != CutterState.NeedsInput)
                return state == CutterState.Elements;
            _cutter.Accept(await _input.ReadAsync(_cutter.Space(), cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Cuts until something matches, the end is reached, or input is needed.</summary>
    private CutterState Step()
    {
        _matchCount = 0;
        while (true)
        {
            if (_broken is { } broken)
            {
                _broken = null;
                Report(broken.Element, broken.At, broken.Expected);
            }

            if (_next < _cutter.Elements.Length)
                Select(_cutter.Elements);
            else if (Cut() is var state && state != CutterState.Elements)
                return state;
            if (_matchCount > 0)
                return CutterState.Elements;
        }
    }

    private CutterState Cut()
    {
        _next = 0;
        var state = _cutter.Cut();
        _statistics.Elements += _cutter.Elements.Length;
        if (state == CutterState.Done)
            CheckUnchanged();
        return state;
    }

    /// <summary>Takes matching elements up to the first broken one, which is reported when those before it have been delivered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Select(ReadOnlySpan<ElementSlice> elements)
    {
        if (_matches.Length < elements.Length)
            _matches = new ElementSlice[elements.Length];
        while (_next < elements.Length && _broken is null)
        {
            ref readonly var element = ref elements[_next++];
            if ((!_checksAll || IsWhole(element)) && (_filter is null || IsMatch(element)) && (!_checksMatches || IsWhole(element)))
                _matches[_matchCount++] = element;
        }

        _statistics.Matched += _matchCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsMatch(in ElementSlice element)
    {
        var json = Bytes(element);
        _starts[0] = element.Value1;
        _starts[1] = element.Value2;
        if (!_scannerFindsAll || element.Value1 == ElementSlice.Unknown)
            _names.Find(json, _starts);
        var matches = _filter!.Matches(json, _starts, out var unreadable);
        _statistics.UnreadableInstants += unreadable;
        return matches;
    }

    /// <summary>Checks an element in full, so that nothing is yielded that a full parse would refuse.</summary>
    private bool IsWhole(in ElementSlice element)
    {
        var json = Bytes(element);
        if (!_cutter.IsValid(element) && JsonValidator.FirstError(json) is >= 0 and var error)
            _broken = (element, error, "valid JSON");
        else if (_options.Strict && JsonRepeats.Find(json) is >= 0 and var repeat)
            _broken = (element, repeat, "a member name that stands once in its object");
        return _broken is null;
    }

    private void CheckUnchanged()
    {
        if (_input.WasChanged)
            _faults.Report(_cutter.Length, "the file to stay as it was while it is read: it was changed in place", new JsonPathText(_arrayText), _cutter.Bytes(0, 0));
    }
}
