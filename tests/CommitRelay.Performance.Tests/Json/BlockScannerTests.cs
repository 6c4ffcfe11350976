using System.Text;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

public unsafe class BlockScannerTests
{
    private static readonly Gen<byte[]> Text = Gen.Frequency(
        (3, Gen.OneOf("\"\\{}[]us:, \n\u0001\u00e9".ToCharArray()).Array[0, 700].Select(text => Encoding.UTF8.GetBytes(text))),
        (2, JsonGen.Value(3).Select(Encoding.UTF8.GetBytes)),
        (1, Gen.Byte.Array[0, 700]));

    [Fact]
    public void Scan_EveryWidthAndCut_AgreesWithTheScalarTwin()
        => Gen.Select(Text, Gen.OneOf(Array.Empty<string>(), ["status"], ["s", "id"], ["status", "created_at"], ["", new string('u', 64)]), Gen.Int[1, 5].Array[1, 5]).Sample((text, names, cuts) =>
        {
            var keys = names.Select(name => new BlockKey(Encoding.UTF8.GetBytes(name))).ToArray();
            var expected = Scan(text, ScanWidth.Scalar, keys, [1]);
            foreach (var width in Enum.GetValues<ScanWidth>().Where(BlockScanner.IsSupported))
                Assert.Equal(expected, Scan(text, width, keys, cuts));
        });

    [Fact]
    public void Scan_LongRunsOfBackslashes_KeepTheirParity()
    {
        for (var before = 60; before <= 66; before++)
        {
            for (var run = 0; run <= 130; run++)
            {
                var text = Encoding.UTF8.GetBytes(new string(' ', before) + "\"" + new string('\\', run) + "\"{\"}{");
                var opens = run % 2 == 0 ? text.Length - 4 : -1;
                foreach (var width in Enum.GetValues<ScanWidth>().Where(BlockScanner.IsSupported))
                    Assert.Equal(opens >= 0, Scan(text, width, [], [3]).Contains(opens));
            }
        }
    }

    [Theory]
    [InlineData("status", true)]
    [InlineData("", true)]
    [InlineData("a b-c_d.1", true)]
    [InlineData("a/b", false)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("\u00e9", false)]
    [InlineData("a\u0001", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public void CanFind_OnlyNamesThatOneEscapeCanSpell(string name, bool expected) => Assert.Equal(expected, BlockKey.CanFind(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void IsAt_NameInQuotes_AndNothingElse()
    {
        foreach (var name in new[] { "", "a", "status", "seventh", "created_at", new string('x', 64) })
        {
            var key = new BlockKey(Encoding.UTF8.GetBytes(name));
            Assert.True(IsAt(key, $"\"{name}\""));
            Assert.False(IsAt(key, $"\"{name}x\""));
            Assert.False(IsAt(key, $"\"{name}\\"));
            Assert.False(name.Length > 0 && IsAt(key, $"\"{name[..^1]}\"\""));
        }
    }

    private static bool IsAt(in BlockKey key, string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text.PadRight(96)))
            return key.IsAt(bytes);
    }

    private static List<int> Scan(byte[] text, ScanWidth width, BlockKey[] keys, int[] cuts)
    {
        var blocks = (text.Length + 63) / 64;
        var padded = new byte[(blocks * 64) + BlockScanner.LookAhead];
        Array.Fill(padded, (byte)' ');
        text.CopyTo(padded, 0);
        var scanner = new BlockScanner(width, keys);
        var events = new int[(blocks * 64) + 1];
        var marks = new byte[events.Length];
        var found = new List<int>();
        fixed (byte* bytes = padded)
        fixed (int* positions = events)
        fixed (byte* characters = marks)
        {
            for (int at = 0, i = 0; at < blocks; i++)
            {
                var step = Math.Min(cuts[i % cuts.Length], blocks - at);
                var count = scanner.Scan(bytes + (at * 64), step, at * 64, positions, characters);
                found.AddRange(events.AsSpan(0, count));
                Assert.All(events.AsSpan(0, count).ToArray(), (position, i) => Assert.Equal(padded[position], marks[i]));
                at += step;
            }
        }

        return found;
    }
}
