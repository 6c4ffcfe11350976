using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace CommitRelay.Performance.Json;

/// <summary>
/// <see cref="JsonCheck"/> for values that are alike: it remembers what lay between scalars (commas, names, brackets and blanks), and what followed what.
/// Where the same bytes come again, one comparison takes the place of the walk over them.
/// </summary>
/// <remarks>
/// Why this is exact: between two scalars a parser has no state but its stack of brackets. A text that was valid there with one stack is valid with the
/// same stack, and leaves the same one; a scalar leaves it as it is. Not thread-safe.
/// </remarks>
/// <typeparam name="TMembers">Who is told of members.</typeparam>
internal sealed unsafe class JsonPattern<TMembers>
    where TMembers : struct, JsonCheck.IMemberListener
{
    private const int MostTexts = 256;

    /// <summary>Matches nothing valid, and behind it is far beyond the end.</summary>
    private const int None = 0;

    /// <summary>Before the value: depth 0.</summary>
    private const int Start = 1;

    /// <summary>A text that is too long, or one too many, to be remembered.</summary>
    private const int Passing = 2;

    private readonly Between[] _texts = GC.AllocateArray<Between>(MostTexts, pinned: true);
    private readonly byte[] _buckets = new byte[64];
    private int _count = Passing + 1;

    public JsonPattern()
    {
        _texts[None].Bytes = _texts[None].Mask = Vector512<byte>.AllBitsSet;
        _texts[None].Length = int.MaxValue;
    }

    /// <summary>Whether it has learned all that it can: then a new one may serve better.</summary>
    public bool IsFull => _count == MostTexts;

    private Between* Texts => (Between*)Unsafe.AsPointer(ref _texts[0]);

    /// <inheritdoc cref="JsonCheck.SkipValue{TMembers}"/>
    public byte* SkipValue(byte* text, byte* end, ref TMembers members)
    {
        var behind = *text is (byte)'{' or (byte)'[' ? SkipContainer(text, end, ref members) : null;
        return behind != null ? behind : JsonCheck.SkipValue(text, end, ref members);
    }

    /// <summary>Behind the value; null when it is broken, cut short, or too unusual.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* SkipContainer(byte* text, byte* end, ref TMembers members)
    {
        var texts = Texts;
        var last = texts + Start;
        var at = text;
        var high = 0UL;
        while (true)
        {
            var next = texts + last->Usual;
            if (!next->IsAt(at))
            {
                next = texts + last->Other;
                if (!next->IsAt(at))
                    next = Learn(last, at, end, ref high, members);
            }

            if (next->HasMembers)
                next->TellOf(at, ref members);
            at += next->Length;
            last = next;
            var scalar = at;
            if (next->OpensText)
                at = JsonCheck.SkipText(scalar, end, ref high);
            else if (next->Depth == 0)
                return at <= end ? JsonCheck.Finish(text, at, high) : null;
            else
                at = at < end ? JsonCheck.SkipOther(scalar) : null;
            if (at > end || at < scalar)
                return null;

            // The same place, but no longer computed from the bytes: the processor guesses the branch and goes on before the scalar is read.
            if (at == scalar + last->ScalarLength)
                at = scalar + last->ScalarLength;
            else
                last->ScalarLength = (int)(at - scalar);
        }
    }

    /// <summary>Walks to the next scalar, and remembers what was walked over.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Between* Learn(Between* last, byte* at, byte* end, ref ulong high, in TMembers members)
    {
        var (depth, arrays) = (last->Depth, last->Arrays);
        var wanted = new WantedMembers(at, members);
        var behind = JsonCheck.ToScalar(at, end, ref depth, ref arrays, ref high, ref wanted);
        if (behind == null || wanted.Found.Count > 2)
            return Texts + None;
        var opensText = depth > 0 && *behind == '"';
        var length = (int)(behind - at) + (opensText ? 1 : 0);
        var text = Texts + Remembered(last, at, length);
        if (text->Length == 0 || text == Texts + Passing)
            *text = new Between(at, length, opensText, last, depth, arrays, wanted.Found) { Chain = text->Chain };
        if (text != Texts + Passing && last != Texts + Passing)
            (last->Other, last->Usual) = (last->Usual, (byte)(text - Texts));
        return text;
    }

    /// <summary>Where a text is kept, or is to be kept from now on.</summary>
    private int Remembered(Between* last, byte* at, int length)
    {
        if (length > Vector512<byte>.Count)
            return Passing;
        ref var bucket = ref _buckets[BucketOf(at, length)];
        for (var n = (int)bucket; n != None; n = Texts[n].Chain)
        {
            if (Texts[n].Length == length && Texts[n].Follows(last) && Texts[n].IsAt(at))
                return n;
        }

        if (IsFull || !Ascii.IsValid(new ReadOnlySpan<byte>(at, length)))
            return Passing;
        Texts[_count].Chain = bucket;
        bucket = (byte)_count;
        return _count++;
    }

    /// <summary>By the last bytes: the first ones are commas and indentation.</summary>
    private static int BucketOf(byte* at, int length)
    {
        var tail = length >= 8 ? *(ulong*)(at + length - 8) : *(ulong*)at & ((1UL << (8 * length)) - 1);
        return (int)((tail * 0x9E3779B97F4A7C15) >> 58);
    }

    /// <summary>What lies between two scalars.</summary>
    private struct Between
    {
        public Vector512<byte> Bytes;
        public Vector512<byte> Mask;

        /// <summary>Bytes that are compared, with the quote that opens a text behind them; 0 for nothing yet.</summary>
        public int Length;

        /// <summary>Whether the scalar behind it is a text.</summary>
        public readonly bool OpensText;

        /// <summary>Containers open behind it; 0 when it ends the value.</summary>
        public int Depth;
        public ulong Arrays;

        /// <summary>Bytes of the scalar behind it the last time; the next one's are often as many.</summary>
        public int ScalarLength;

        /// <summary>What followed it the last time.</summary>
        public byte Usual;

        /// <summary>What else followed it.</summary>
        public byte Other;

        /// <summary>The next one of the same bucket.</summary>
        public byte Chain;
        private readonly int _depthBefore;
        private readonly ulong _arraysBefore;
        private readonly FoundMembers _members;

        public Between(byte* at, int length, bool opensText, Between* last, int depth, ulong arrays, FoundMembers members)
        {
            (Length, OpensText, Depth, Arrays, _members) = (length, opensText, depth, arrays, members);
            (_depthBefore, _arraysBefore) = (last->Depth, last->Arrays);
            Bytes = Vector512.Load(at);
            Mask = Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)Math.Min(length, Vector512<byte>.Count)));
        }

        public readonly bool HasMembers => _members.Count > 0;

        /// <summary>Whether these bytes stand here and nothing more before the scalar.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool IsAt(byte* at)
            => ((Vector512.Load(at) ^ Bytes) & Mask) == Vector512<byte>.Zero && (OpensText || Depth == 0 || BeginsOther(at[Length]));

        public readonly bool Follows(Between* last) => _depthBefore == last->Depth && _arraysBefore == last->Arrays;

        public readonly void TellOf(byte* at, ref TMembers members)
        {
            members.Take(_members.Slot1, at + _members.Value1);
            if (_members.Count > 1)
                members.Take(_members.Slot2, at + _members.Value2);
        }

        /// <summary>False for quotes, blanks and brackets.</summary>
        private static bool BeginsOther(byte b) => b > '"' && (b & 0xD9) != 0x59;
    }

    /// <summary>Wanted members whose names stand in a text between scalars, and where their values begin; no more than two in nearly all.</summary>
    private struct FoundMembers
    {
        public int Count;
        public int Slot1;
        public int Value1;
        public int Slot2;
        public int Value2;
    }

    private struct WantedMembers(byte* text, TMembers members) : JsonCheck.IMemberListener
    {
        public FoundMembers Found;

        public readonly int SlotOf(byte* name, int length) => members.SlotOf(name, length);

        public void Take(int slot, byte* value)
        {
            if (Found.Count++ == 0)
                (Found.Slot1, Found.Value1) = (slot, (int)(value - text));
            else
                (Found.Slot2, Found.Value2) = (slot, (int)(value - text));
        }
    }
}
