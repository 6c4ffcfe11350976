using System.Diagnostics;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Walks a whole text through one buffer: the root's members, the elements of its <c>tasks</c>, each checked as it passes. The fast check answers for
/// nearly all; where it says no, <see cref="JsonValidator"/> tells whether bytes are missing, the value is only hard (deep), or where it is broken.
/// </summary>
internal sealed unsafe partial class QueueSurveyor
{
    /// <summary>Readable behind the text; and what reads are aligned to.</summary>
    private const int Padding = 128;

    private static readonly JsonPath Tasks = "tasks";
    private static readonly Pool<JsonPattern<TaskMembers>> Patterns = new();

    private readonly QueueInput _input;
    private readonly QueueFaults _faults;
    private readonly List<NestedQueue> _nested = [];
    private readonly JsonPattern<TaskMembers> _check = Patterns.Take() ?? new JsonPattern<TaskMembers>();
    private ScanBuffer _buffer;
    private byte* _text;
    private int _at;
    private int _filled;
    private bool _ended;
    private long _offset;
    private Place _place;
    private bool _inTasks;
    private bool _hasTasksArray;
    private TaskTally _tally = new();
    private JsonValidator _plain = new(stopAfterValue: false, maxDepth: 0);

    public QueueSurveyor(QueueInput input, QueueReaderOptions options, bool isGuess = false)
    {
        (_input, Options, _isGuess) = (input, options, isGuess);
        _faults = new QueueFaults(input, options, new QueueReadStatistics(), isGuess);
        _buffer = ScanBuffer.Rent(ScanBuffer.LengthFor(options));
        _text = _buffer.Text;
    }

    /// <summary>What may stand next.</summary>
    private enum Place
    {
        Root,
        FirstMember,
        Member,
        Colon,
        Value,
        AfterMember,
        FirstElement,
        Element,
        AfterElement,
        Tail,

        /// <summary>Somewhere in the text, before what may be a task.</summary>
        Lost,

        /// <summary>The root is no object: only checked.</summary>
        Plain,
    }

    public QueueSurvey ToSurvey() => new(_offset + _filled, _hasTasksArray, _tally.ToFigures(), _nested);

    /// <summary>Goes on through the text. False when more bytes are needed, true at its end and where it has to stop.</summary>
    /// <exception cref="QueueFormatException">The text is no JSON.</exception>
    private bool Advance()
    {
        while (_place != Place.Plain)
        {
            if (_place == Place.Lost && !FindOpening())
                return _ended;
            if (_text[_at] <= ' ')
                _at += JsonText.SkipBlanks(new ReadOnlySpan<byte>(_text + _at, _filled - _at), 0);
            if (_at == _filled)
                return _ended && (_place == Place.Tail ? IsUnchanged() : throw Fault(_filled, Expected(_place) + "; the text ends too early"));
            if (_place == Place.Element && _offset + _at >= _stopAt)
            {
                StoppedAt = _offset + _at;
                return true;
            }

            if (!Step(_text[_at]))
                return false;
        }

        return CheckPlain();
    }

    /// <summary>Room for the next bytes; what was walked over is dropped.</summary>
    private Memory<byte> Space()
    {
        Doubt(_offset + _filled - QueueScan.LongestInPart > _stopAt);
        var dropped = _at & -Padding;
        if (!_input.CanReadAgain)
            _faults.Dropped.Count(new ReadOnlySpan<byte>(_text, dropped));
        new ReadOnlySpan<byte>(_text + dropped, _filled - dropped).CopyTo(new Span<byte>(_text, _filled - dropped));
        _offset += dropped;
        _filled -= dropped;
        _at -= dropped;
        if (_buffer.Length - _filled - Padding < Options.BufferBytes)
            Grow();
        var wanted = Math.Clamp(_stopAt - _offset - _filled, Overlap, _buffer.Length);
        return _buffer.Slice(_filled, (int)Math.Min(wanted, _buffer.Length - _filled - Padding));
    }

    /// <summary>Takes bytes that were written into <see cref="Space"/>; none says that the text has ended.</summary>
    private void Accept(int count)
    {
        _filled += count;
        _text[_filled] = 0; // Ends a number that the text ends in.
        _ended = count == 0;
    }

    public void Dispose()
    {
        _buffer.Return();
        if (!_check.IsFull)
            Patterns.Give(_check);
    }

    /// <summary>One step at a byte that is no blank. False when more bytes are needed.</summary>
    private bool Step(byte b) => _place switch
    {
        Place.Root => b == '{' ? Take(Place.FirstMember) : LeavePlain(),
        Place.FirstMember when b == '}' => Take(Place.Tail),
        Place.FirstMember or Place.Member when b == '"' => TakeName(),
        Place.Colon when b == ':' => Take(Place.Value),
        Place.Value => _inTasks ? StartTasks(b) : TakeValue(Place.AfterMember),
        Place.AfterMember when b == ',' => Take(Place.Member),
        Place.AfterMember when b == '}' => Take(Place.Tail),
        Place.FirstElement when b == ']' => Take(Place.AfterMember),
        Place.FirstElement or Place.Element => TakeElement(),
        Place.AfterElement when b == ',' => Take(Place.Element),
        Place.AfterElement when b == ']' => LeaveTasks(),
        _ => throw Fault(_at, Expected(_place)),
    };

    private bool Take(Place next)
    {
        _at++;
        _place = next;
        return true;
    }

    private bool LeavePlain()
    {
        _place = Place.Plain;
        return true;
    }

    private bool TakeName()
    {
        if (!TrySkipValue(out var end))
            return false;
        _inTasks = JsonText.RawEquals(new ReadOnlySpan<byte>(_text + _at + 1, end - _at - 2), "tasks"u8);
        _at = end;
        _place = Place.Colon;
        return true;
    }

    /// <summary>Of two <c>tasks</c> the last one counts, so what the first one held is forgotten.</summary>
    private bool StartTasks(byte b)
    {
        _tally = new TaskTally();
        _nested.Clear();
        _hasTasksArray = b == '[';
        return _hasTasksArray ? Take(Place.FirstElement) : TakeValue(Place.AfterMember);
    }

    private bool LeaveTasks()
    {
        Doubt(isWrong: true);
        return Take(Place.AfterMember);
    }

    private bool TakeValue(Place next)
    {
        if (!TrySkipValue(out var end))
            return false;
        _at = end;
        _place = next;
        return true;
    }

    private bool TakeElement()
    {
        if (_opening is null && _text[_at] == '{')
            _opening = ElementOpening.Of(new ReadOnlySpan<byte>(_text, _filled), _at, isLines: false);
        var members = default(TaskMembers);
        var behind = JsonCheck.IsSupported ? _check.SkipValue(_text + _at, _text + _filled, ref members) : null;
        var end = (int)(behind - _text);
        if (behind == null || end == _filled)
        {
            if (!TrySkipValue(out end))
                return false;
            members = TaskMembers.Of(_text + _at, end - _at);
        }

        var nested = _tally.Add(members, _text + end);
        if (!nested.IsEmpty)
            _nested.Add(new NestedQueue(_tally.Tasks - 1, TaskTally.OfArray(nested)));
        _at = end;
        _place = Place.AfterElement;
        return true;
    }

    /// <summary>Behind the value at hand; false when its end has not come yet.</summary>
    private bool TrySkipValue(out int end)
    {
        var validity = JsonValidator.ReadValue(new ReadOnlySpan<byte>(_text + _at, _filled - _at), out var length);
        end = _at + length;
        if (validity == JsonValidity.Invalid)
            throw Fault(end, "valid JSON");
        if (!_ended && (validity == JsonValidity.Unfinished || end == _filled))
            return false;
        return validity == JsonValidity.Complete ? true : throw Fault(_filled, "the value to end");
    }

    private bool CheckPlain()
    {
        var taken = _plain.Advance(new ReadOnlySpan<byte>(_text + _at, _filled - _at));
        _at += taken;
        if (_plain.Validity == JsonValidity.Invalid)
            throw Fault(_at, _plain.Expected);
        if (!_ended)
            return false;
        return _plain.Complete() ? IsUnchanged() : throw Fault(_filled, _plain.Expected);
    }

    private bool IsUnchanged()
        => _input.Doubt is null ? true : throw Fault(_filled, "the whole file, as it was when it was opened");

    private void Grow()
    {
        var larger = ScanBuffer.Rent(2 * _buffer.Length);
        new ReadOnlySpan<byte>(_text, _filled).CopyTo(new Span<byte>(larger.Text, _filled));
        _buffer.Return();
        _buffer = larger;
        _text = larger.Text;
    }

    private QueueFormatException Fault(int at, string expected)
    {
        var inElements = _place is Place.FirstElement or Place.Element or Place.AfterElement;
        at = Math.Min(at, _filled);
        var before = _place == Place.AfterElement ? default : new ReadOnlySpan<byte>(_text + _at, Math.Max(0, at - _at));
        _faults.Report(_offset + at, expected, inElements ? new FaultPath(Tasks, _tally.Tasks, before) : new FaultPath(JsonPath.Root), new ReadOnlySpan<byte>(_text, at));
        throw new UnreachableException();
    }

    private static string Expected(Place place) => place switch
    {
        Place.FirstMember => "a member name in quotes or '}'",
        Place.Member => "a member name in quotes",
        Place.Colon => "':'",
        Place.AfterMember => "',' or '}'",
        Place.FirstElement => "a task or ']'",
        Place.AfterElement => "',' or ']'",
        Place.Tail => "nothing but blanks behind the value",
        _ => "a value",
    };
}
