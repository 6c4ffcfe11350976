using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Relay;

/// <summary>Says whether a line that holds the words is really meant.</summary>
internal delegate bool LineCheck(ReadOnlySpan<byte> line);

/// <summary>
/// Finds lines that hold one of some words in any (ASCII) case, or a word and a later one. Looks for words, not at lines:
/// each word is a vectorised search over all the text, so a text without them is read at the speed of memory.
/// </summary>
internal sealed class LineSearch
{
    private const byte CaseBit = 0x20;
    private readonly Word[] _words;

    private LineSearch(params Word[] words) => _words = words;

    /// <summary>grep -iE 'rate.*limit|429|too many'.</summary>
    public static LineSearch RateLimits { get; } = new(new("rate", "limit"), new("429"), new("too many"));

    /// <summary>grep -iE 'error|timeout'.</summary>
    public static LineSearch Errors { get; } = new(new("error"), new("timeout"));

    /// <summary>The number of words.</summary>
    public int Words => _words.Length;

    /// <summary>
    /// Copies a text with the case bit of every byte set: letters become small, and a few control characters look like digits or blanks,
    /// which <see cref="Next"/> sorts out against the text itself.
    /// </summary>
    public static void Fold(ReadOnlySpan<byte> text, Span<byte> folded)
    {
        ref var source = ref MemoryMarshal.GetReference(text);
        ref var target = ref MemoryMarshal.GetReference(folded);
        var bit = new Vector<byte>(CaseBit);
        nuint at = 0;
        for (; at + (nuint)Vector<byte>.Count <= (nuint)text.Length; at += (nuint)Vector<byte>.Count)
            Vector.StoreUnsafe(Vector.LoadUnsafe(ref source, at) | bit, ref target, at);
        for (; at < (nuint)text.Length; at++)
            Unsafe.Add(ref target, at) = (byte)(Unsafe.Add(ref source, at) | CaseBit);
    }

    /// <summary>
    /// The start of the first line from <paramref name="from"/> (a line's start) on that is searched for, and its end; false when there is none.
    /// </summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="folded">The text, folded.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="next">Where each word stands next; -1 at the start. Kept between calls.</param>
    /// <param name="line">The line, without its end.</param>
    public bool Next(ReadOnlySpan<byte> text, ReadOnlySpan<byte> folded, int from, Span<int> next, out Range line)
    {
        while (true)
        {
            var first = -1;
            for (var word = 0; word < _words.Length; word++)
            {
                if (next[word] < from)
                    next[word] = Find(_words[word].First, text, folded, from);
                if (first < 0 || next[word] < next[first])
                    first = word;
            }

            var at = next[first];
            if (at >= text.Length)
            {
                line = default;
                return false;
            }

            var end = text[at..].IndexOf((byte)'\n');
            end = end < 0 ? text.Length : at + end;
            if (_words[first].Then is { } then && Find(then, text[..end], folded[..end], at + _words[first].First.Length) >= end)
            {
                // No later place of this word in this line can do better; the other words still can.
                next[first] = Find(_words[first].First, text, folded, end);
                continue;
            }

            line = (text[from..at].LastIndexOf((byte)'\n') + 1 + from)..end;
            return true;
        }
    }

    /// <summary>Where a word stands from a place on; the text's length when nowhere.</summary>
    private static int Find(byte[] word, ReadOnlySpan<byte> text, ReadOnlySpan<byte> folded, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            var found = folded[at..].IndexOf(word);
            if (found < 0)
                break;
            at += found;
            if (IsMeant(text.Slice(at, word.Length), word))
                return at;
        }

        return text.Length;
    }

    private static bool IsMeant(ReadOnlySpan<byte> text, byte[] word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (!char.IsAsciiLetter((char)word[i]) && text[i] != word[i])
                return false;
        }

        return true;
    }

    private sealed record Word(byte[] First, byte[]? Then)
    {
        public Word(string first, string? then = null)
            : this(System.Text.Encoding.ASCII.GetBytes(first), then is null ? null : System.Text.Encoding.ASCII.GetBytes(then))
        {
        }
    }
}
