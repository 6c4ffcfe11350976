using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Steps over the lines of an event file that a filter cannot want, a vector at a time, without looking at their values.
/// </summary>
internal static unsafe class EventLines
{
    /// <summary>
    /// How long the stretch of whole lines at the start is that holds none of the required bytes and no <c>\u</c>, which could spell them,
    /// and where each line ends in <c>}</c> before a line feed with a <c>{</c> behind it.
    /// </summary>
    /// <param name="text">Begins with a <c>{</c> where a value begins.</param>
    /// <param name="required">At least two bytes; a text in its quotes.</param>
    /// <remarks>
    /// Such lines need no check: nothing valid goes on over <c>}</c>, line feed, <c>{</c>, so whatever else is wrong in one, strict cutting too
    /// would report just that line and go on at the next.
    /// </remarks>
    public static int LengthWithout(ReadOnlySpan<byte> text, ReadOnlySpan<byte> required)
    {
        fixed (byte* start = text)
            return text[..FirstStop(start, text.Length, required)].LastIndexOf((byte)'\n') + 1;
    }

    /// <summary>The first place that asks for a closer look; where none does, how far was looked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstStop(byte* text, int length, ReadOnlySpan<byte> required)
    {
        var last = required.Length - 1;
        var (second, final) = (Vector256.Create(required[1]), Vector256.Create(required[last]));
        var at = 1;
        for (; at + last + Vector256<byte>.Count <= length; at += Vector256<byte>.Count)
        {
            var bytes = Vector256.Load(text + at);
            var next = Vector256.Load(text + at + 1);
            var between = Vector256.Equals(Vector256.Load(text + at - 1), Vector256.Create((byte)'}')) & Vector256.Equals(next, Vector256.Create((byte)'{'));
            var stops = Vector256.AndNot(Vector256.Equals(bytes, Vector256.Create((byte)'\n')), between)
                | (Vector256.Equals(bytes, Vector256.Create((byte)'\\')) & Vector256.Equals(next, Vector256.Create((byte)'u')));
            var candidates = Vector256.Equals(next, second) & Vector256.Equals(Vector256.Load(text + at + last), final);
            if ((stops | candidates) == Vector256<byte>.Zero)
                continue;
            var places = stops.ExtractMostSignificantBits() | Confirmed(text + at, candidates.ExtractMostSignificantBits(), required);
            if (places != 0)
                return at + BitOperations.TrailingZeroCount(places);
        }

        return Math.Min(at, length);
    }

    private static uint Confirmed(byte* text, uint candidates, ReadOnlySpan<byte> required)
    {
        var confirmed = 0u;
        for (; candidates != 0; candidates &= candidates - 1)
        {
            var place = BitOperations.TrailingZeroCount(candidates);
            if (new ReadOnlySpan<byte>(text + place, required.Length).SequenceEqual(required))
                confirmed |= 1u << place;
        }

        return confirmed;
    }
}
