using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Cuts the array of tasks into its elements while the text passes through one buffer: header, elements, tail, each checked as far as
/// <see cref="QueueReaderOptions.Strict"/> says for skipped elements. Memory is the buffer and the largest element.
/// </summary>
/// <remarks>
/// The caller alternates: <see cref="Cut"/> until it needs input, then <see cref="Space"/> and <see cref="Accept"/>. Positions are indexes
/// into the buffer; <see cref="OffsetOf"/> makes file offsets of them.
/// </remarks>
internal sealed unsafe partial class ElementCutter : IDisposable
{
    /// <summary>Blanks behind the end of the text, so that blocks and look-ahead never leave the buffer.</summary>
    private const int Padding = BlockScanner.BlockSize + BlockScanner.LookAhead + 48;

    private readonly QueueReaderOptions _options;
    private readonly QueueFaults _faults;
    private readonly bool _countLines;
    private ScanBuffer _buffer;
    private byte* _text;
    private int _filled;
    private bool _ended;
    private long _offset;
    private Phase _phase;

    public ElementCutter(QueueReaderOptions options, QueueFaults faults, bool lines, bool countLines, ReadOnlySpan<BlockKey> keys)
    {
        _options = options;
        _faults = faults;
        _isLines = lines;
        _countLines = countLines;
        _mostBytes = options.MaxElementBytes;
        _buffer = ScanBuffer.Rent(ScanBuffer.LengthFor(options));
        _text = _buffer.Text;
        _keys = keys.ToArray();
        _scanner = new BlockScanner(options.Width, keys);
        _locator = new ArrayLocator(options.Tasks, options.Shape);
        _headerReader = new System.Text.Json.JsonReaderState(new System.Text.Json.JsonReaderOptions { MaxDepth = options.MaxDepth });
        _headerRepeats = options.Strict ? new JsonRepeats() : null;
        _headerValidator = new JsonValidator(stopAfterValue: false, options.MaxDepth);
    }

    private enum Phase
    {
        Header,
        Elements,
        Lost,
        Stopped,
        Tail,
        Done,
    }

    /// <summary>File offset behind the bracket that opens the array; 0 for JSON Lines.</summary>
    public long ArrayStart { get; private set; }

    /// <summary>File offset of the bracket that closes the array, once it was met.</summary>
    public long ArrayEnd { get; private set; } = -1;

    /// <summary>Containers open around the elements.</summary>
    public int ArrayDepth { get; private set; }

    /// <summary>Bytes taken so far.</summary>
    public long Length => _offset + _filled;

    /// <summary>The elements of the last <see cref="Cut"/>; the caller may write over those it is done with.</summary>
    public Span<ElementSlice> Elements => _scratch.Elements.AsSpan(0, _elementCount);

    /// <summary>All the text in the buffer: what has been read and not dropped.</summary>
    public ReadOnlySpan<byte> Unread => Bytes(0, _filled);

    /// <summary>The text in the buffer; more bytes than an element has can be read.</summary>
    public byte* Text => _text;

    public long OffsetOf(int position) => _offset + position;

    public ReadOnlySpan<byte> Bytes(int start, int end) => new(_text + start, end - start);

    public Memory<byte> Memory(int start, int end) => _buffer.Slice(start, end - start);

    /// <summary>A fast yes; a no needs a closer look.</summary>
    public bool IsValid(in ElementSlice element)
    {
        var members = default(JsonCheck.NoMembers);
        return JsonCheck.IsSupported && _scratch.Check.SkipValue(_text + element.Start, _text + element.End, ref members) == _text + element.End;
    }

    /// <summary>Goes on through the text. The elements found replace the ones of the last call.</summary>
    /// <exception cref="QueueFormatException">The text is broken, and faults are thrown.</exception>
    public CutterState Cut()
    {
        _elementCount = 0;
        while (true)
        {
            if (_damage is not null)
                Recover();
            try
            {
                return CutPhases();
            }
            catch (Damage damage)
            {
                // What was whole before the fault is delivered before it is told.
                _damage = damage;
                if (_elementCount > 0)
                    return CutterState.Elements;
            }
        }
    }

    private CutterState CutPhases()
    {
        while (true)
        {
            switch (_phase)
            {
                case Phase.Header when !ReadHeader():
                case Phase.Tail when !ReadTail():
                case Phase.Lost when !FindOpening():
                    return NeedInput();
                case Phase.Elements:
                    var usedUp = CutElements();
                    if (_elementCount > 0)
                        return CutterState.Elements;
                    if (usedUp)
                        return NeedInput();
                    break;
                case Phase.Stopped or Phase.Done:
                    return CutterState.Done;
                default:
                    break;
            }
        }
    }

    private CutterState NeedInput()
    {
        var start = FirstNeeded();
        if (_isGuess && Length - StopAt > _options.MaxElementBytes)
            throw Fault(start, "an element that opens behind the part");
        return _filled - start <= _options.MaxElementBytes + (2 * BlockScanner.LookAhead)
            ? CutterState.NeedsInput
            : throw TooLong(start);
    }

    /// <summary>Room for the next bytes. Moves what is still needed to the front, so all positions given out before are void.</summary>
    public Memory<byte> Space()
    {
        Shift(FirstNeeded() & ~(BlockScanner.BlockSize - 1));
        if (_buffer.Length - _filled - Padding < Math.Max(_options.BufferBytes / 2, 1))
            Grow();
        return _buffer.Slice(_filled, Math.Min(Wanted(), _buffer.Length - _filled - Padding));
    }

    /// <summary>Takes bytes that were written into <see cref="Space"/>; none says that the text has ended.</summary>
    public void Accept(int count)
    {
        _filled += count;
        if (count > 0)
            return;
        _ended = true;
        Unsafe.InitBlockUnaligned(_text + _filled, (byte)' ', Padding);
    }

    public void Dispose()
    {
        if (_text == null)
            return;
        _buffer.Return();
        _scratch.Return();
        _text = null;
    }

    private int FirstNeeded() => _phase switch
    {
        Phase.Elements => Math.Min(_scanned, _elementStart >= 0 ? _elementStart : _gapStart),
        Phase.Stopped => _filled,
        _ => _tokenStart,
    };

    private void Shift(int by)
    {
        if (by == 0)
            return;
        if (_countLines)
            _faults.Dropped.Count(Bytes(0, by));
        new ReadOnlySpan<byte>(_text + by, _filled - by).CopyTo(new Span<byte>(_text, _filled - by));
        _offset += by;
        _filled -= by;
        _tokenStart -= by;
        ShiftElements(by);
    }

    /// <summary>One element, or one token outside elements, fills the buffer.</summary>
    private void Grow()
    {
        var larger = ScanBuffer.Rent(2 * _buffer.Length);
        Bytes(0, _filled).CopyTo(new Span<byte>(larger.Text, _filled));
        _buffer.Return();
        _buffer = larger;
        _text = larger.Text;
    }
}
