using System.Text;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

public unsafe class JsonTextProbeTests
{
    private static readonly Gen<string> Plain = Gen.OneOf("ab\"\\u/\n\u00e9".ToCharArray()).Array[0, 12].Select(characters => new string(characters));

    [Fact]
    public void Excludes_RandomTexts_NeverASpellingOfTheText()
        => Gen.Select(Plain, Plain).SelectMany((plain, other) => Gen.Select(JsonGen.Spelled(plain), JsonGen.Spelled(other), (own, value) => (plain, own, value))).Sample(sample =>
        {
            Assert.False(Excludes(sample.plain, sample.own));
            if (Excludes(sample.plain, sample.value))
                Assert.False(JsonText.ValueEquals(Encoding.UTF8.GetBytes(sample.value), Encoding.UTF8.GetBytes(sample.plain)));
        });

    [Theory]
    [InlineData("queued", "\"queued\"", false)]
    [InlineData("queued", "\"que\\u0075ed\"", false)]
    [InlineData("queued", "\"queues\"", true)]
    [InlineData("queued", "\"queue\"", true)]
    [InlineData("queued", "7", true)]
    [InlineData("done", "\"done\"", false)]
    [InlineData("done", "\"donee\"", true)]
    [InlineData("a\\b", "\"a\\u005cb\"", false)]
    public void Excludes_FirstByteThatDiffersDecides_UnlessItBeginsAnEscape(string plain, string value, bool expected)
        => Assert.Equal(expected, Excludes(plain, value));

    private static bool Excludes(string plain, string value)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(value.PadRight(16)))
            return new JsonTextProbe(Encoding.UTF8.GetBytes(plain)).Excludes(bytes);
    }
}
