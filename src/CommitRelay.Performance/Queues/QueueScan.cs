using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>One pass over one source: reads, cuts, asks the filter, checks what matched. Yields batches of matching elements.</summary>
internal sealed partial class QueueScan : IDisposable
{
    private const string NotValid = "valid JSON";
    private readonly QueueReaderOptions _options;
    private readonly JsonFilter? _filter;
    private readonly JsonPath[] _paths;
    private readonly QueueReadStatistics _statistics;
    private readonly QueueInput _input;
    private readonly QueueFaults _faults;
    private readonly bool _isLines;
    private readonly ElementCutter _cutter;
    private readonly ElementMembers _members;
    private readonly bool _checksAll;
    private readonly bool _checksMatches;
    private int _matchCount;
    private int _next;
    private (ElementSlice Element, int At, string Expected)? _broken;

    /// <param name="source">What to read.</param>
    /// <param name="options">How.</param>
    /// <param name="filter">Which elements; null for all.</param>
    /// <param name="statistics">Where to count; null for nowhere.</param>
    /// <param name="checks">Whether matching elements are checked in full, since they are handed out.</param>
    /// <param name="members">Members whose values the caller wants by <see cref="TryValue"/>, in that order.</param>
    public QueueScan(QueueSource source, QueueReaderOptions options, JsonFilter? filter, QueueReadStatistics? statistics, bool checks, params ReadOnlySpan<JsonPath> members)
        : this(source.Open(), IsLines(source.Name, options.Shape), options, filter, statistics ?? new QueueReadStatistics(), checks, members.ToArray(), isGuess: false)
    {
    }

    private QueueScan(QueueInput input, bool isLines, QueueReaderOptions options, JsonFilter? filter, QueueReadStatistics statistics, bool checks, JsonPath[] members, bool isGuess)
    {
        (_input, _isLines, _options, _filter, _statistics, _checksMatches, _paths) = (input, isLines, options, filter, statistics, checks && !options.Strict, members);
        _checksAll = options.Strict;
        _members = new ElementMembers(filter, members);
        _faults = new QueueFaults(_input, options, _statistics, isGuess);
        _cutter = new ElementCutter(options, _faults, isLines, countLines: !_input.CanReadAgain, _members.Keys);
    }

    public bool IsSynchronous => _input.IsSynchronous;

    /// <summary>The elements of the batch that match.</summary>
    public ReadOnlySpan<ElementSlice> Matches => _cutter.Elements[.._matchCount];

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
    public bool TryValue(in ElementSlice slice, int member, out ReadOnlySpan<byte> value) => _members.TryValue(Bytes(slice), slice, member, out value);

    /// <summary>Makes a late use of an element visible: it no longer holds anything that could be read.</summary>
    public void Poison(in ElementSlice slice)
    {
        if (!_options.PoisonElements)
            return;
        foreach (ref var b in _cutter.Memory(slice.Start, slice.End).Span)
            b = b == '\n' ? b : (byte)0xFF; // Lines are still to be counted.
    }

    /// <summary>Reports, and no longer counts as a match, an element of which it shows only when it is used that it is no valid JSON.</summary>
    /// <returns>False when it is valid.</returns>
    public bool ReportIfBroken(in ElementSlice slice)
    {
        var error = JsonValidator.FirstError(Bytes(slice));
        if (error < 0)
            return false;
        _statistics.Matched--;
        Report(slice, error, NotValid);
        return true;
    }

    public void Report(in ElementSlice slice, int at, string expected, Exception? cause = null)
        => _faults.Report(_cutter.OffsetOf(slice.Start) + at, expected, _cutter.PathOf(slice.Index, Bytes(slice)[..at]), _cutter.Bytes(0, slice.Start + at), cause);

    public void Dispose()
    {
        _cutter.Dispose();
        _input.Dispose();
    }

    private static bool IsLines(string name, QueueShape shape)
    {
        if (shape != QueueShape.Auto)
            return shape == QueueShape.JsonLines;
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
        if (state == CutterState.Done && StoppedAt < 0)
            CheckUnchanged();
        return state;
    }

    /// <summary>Takes matching elements up to the first broken one, which is reported when those before it have been delivered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Select(Span<ElementSlice> elements)
    {
        var text = _cutter.Text;
        if (!_members.HasFilter && !_checksAll && !_checksMatches)
            _next = _matchCount = elements.Length;

        // In place: there are never more matches than elements looked at.
        while (_next < elements.Length && _broken is null)
        {
            ref readonly var element = ref elements[_next++];
            if (!_checksAll && _members.Excludes(text + element.Start, element))
                continue;
            if ((!_checksAll || IsWhole(element)) && (!_members.HasFilter || IsMatch(element)) && (!_checksMatches || IsWhole(element)))
                elements[_matchCount++] = element;
        }

        _statistics.Matched += _matchCount;
    }

    private bool IsMatch(in ElementSlice element)
    {
        var matches = _members.Matches(Bytes(element), element, out var unreadable);
        _statistics.UnreadableInstants += unreadable;
        return matches;
    }

    /// <summary>Checks an element in full, so that nothing is yielded that a full parse would refuse.</summary>
    private bool IsWhole(in ElementSlice element)
    {
        var json = Bytes(element);
        if (!_cutter.IsValid(element) && JsonValidator.FirstError(json) is >= 0 and var error)
            _broken = (element, error, NotValid);
        else if (_options.Strict && JsonRepeats.Find(json) is >= 0 and var repeat)
            _broken = (element, repeat, "a member name that stands once in its object");
        return _broken is null;
    }

    private void CheckUnchanged()
    {
        if (_input.Doubt is not null && !_faults.HasToldDoubt)
            _faults.Report(_cutter.Length, "the whole file, as it was when it was opened", _cutter.PathOf(-1, default), _cutter.Unread);
    }
}
