using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>The cutter, which looks at lines a vector at a time, against the slow and obvious reading of the same bytes.</summary>
public sealed class EventCutterTests
{
    private const string Fill = "~";
    private static readonly string[] Kinds =
    [
        "{'type':'a','fill':'~'}\n", "{'fill':'~','type':'b'}\n", "{'fill':'~'}\n", "{'fill':'~','type':'\\u0061'}\n", "{'fill':'~\\n\\\\'}\n",
        "{'fill':'~'}{'type':'a'}\n", "{'fill':'~'}\r\n", "{'fill':['~',{}\n", "{'fill':'~'}\n,'type':'a'}\n", "{'fill': }\n", "{'a':{}}}\n", "{'type':'a'\n",
        "[1]\n", "{\n  'type': 'a',\n  'fill': '~'\n}\n", "{'fill':'~\n'}\n", "\n", "\0\0", "# 'a' ~\n", "{'ä€😀':'~'}\n", "\uFFFD", "{}", " ", "{'fill':'~ ", "{'fill':01}\n",
    ];

    private static readonly Gen<byte[]> Files =
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Int[0, 70]).Array[0, 30].Select(pieces =>
        {
            var text = string.Concat(pieces.Select(piece => Kinds[piece.Item1].Replace(Fill, new string('x', piece.Item2), StringComparison.Ordinal)));
            var bytes = Encoding.UTF8.GetBytes(text.Replace('\'', '"'));
            bytes.AsSpan().Replace((byte)0xBD, (byte)0x20);
            return bytes;
        });

    [Fact]
    public void Values_OfAnyFileInAnyPieces_AreThoseOfReadingOneAfterTheOther()
        => Gen.Select(Files, Gen.Int[1, 300].Array[1, 20]).Sample((bytes, cuts) => Assert.Equal(Model(bytes), Cut(bytes, cuts, required: "")));

    [Fact]
    public void Values_WithLinesSkipped_StillHoldAllThatMatch()
    {
        var filter = JsonFilter.EqualTo("type", "a");
        var required = Encoding.UTF8.GetString(filter.RequiredBytes.Span);
        Assert.Equal("\"a\"", required);
        Gen.Select(Files, Gen.Int[1, 300].Array[1, 20]).Sample((bytes, cuts) => Assert.Equal(Matching(Model(bytes)), Matching(Cut(bytes, cuts, required))));

        List<string> Matching(List<string> found)
            => [.. found.Where(f => f[^1] != '!' && filter.Matches(Encoding.UTF8.GetBytes(f[(f.IndexOf(' ', StringComparison.Ordinal) + 1)..])))];
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("a/b")]
    [InlineData("a\tb")]
    public void RequiredBytes_OfATextThatHasAShortEscape_AreNone(string text) => Assert.True(JsonFilter.EqualTo("type", text).RequiredBytes.IsEmpty);

    /// <summary>Blanks, comments and zeros aside, one value after the other; on an error, on at the next <c>{</c> behind a line feed.</summary>
    private static List<string> Model(byte[] bytes)
    {
        var found = new List<string>();
        for (var at = 0; at < bytes.Length;)
        {
            var rest = bytes.AsSpan(at);
            if (rest[0] is (byte)' ' or (byte)'\n' or (byte)'\r' or 0)
            {
                at++;
            }
            else if (rest[0] == '#')
            {
                at += rest.IndexOf((byte)'\n') is var feed and >= 0 ? feed : rest.Length;
            }
            else if (JsonValidator.ReadValue(rest, out var length) == JsonValidity.Complete)
            {
                found.Add($"{at} {Encoding.UTF8.GetString(rest[..length])}");
                at += length;
            }
            else
            {
                var next = rest.IndexOf("\n{"u8);
                length = next < 0 ? rest.Length : next + 1;
                found.Add($"{at}+{length} !");
                at += length;
            }
        }

        return found;
    }

    private static List<string> Cut(byte[] bytes, int[] cuts, string required)
    {
        var found = new List<string>();
        var cutter = new EventCutter("f", new()
        {
            OnDamaged = damage =>
            {
                if (damage.Reason != "zero bytes")
                    found.Add($"{damage.Offset}+{damage.Length} !");
            },
        });
        var needed = Encoding.UTF8.GetBytes(required);
        for (var (at, turn) = (0, 0); at < bytes.Length; turn++)
        {
            var size = Math.Min(cuts[turn % cuts.Length], bytes.Length - at);
            bytes.AsMemory(at, size).CopyTo(cutter.Room());
            cutter.Filled(size);
            at += size;
            Drain();
        }

        cutter.End(Stream.Null);
        Drain();
        return found;

        void Drain()
        {
            do
            {
                if (needed.Length > 0)
                    cutter.SkipLinesWithout(needed);
            }
            while (TryAdd());
        }

        bool TryAdd()
        {
            if (!cutter.TryNext(out var value))
                return false;
            found.Add($"{cutter.ValueOffset} {Encoding.UTF8.GetString(value.Span)}");
            return true;
        }
    }
}
