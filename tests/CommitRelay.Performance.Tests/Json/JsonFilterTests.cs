using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

public class JsonFilterTests
{
    [Theory]
    [InlineData("""{"status":"queued"}""", true)]
    [InlineData("""{"st\u0061tus":"que\u0075ed"}""", true)]
    [InlineData("""{"status":"queued","status":"done"}""", false)]
    [InlineData("""{"status":"done","status":"queued"}""", true)]
    [InlineData("""{"context":{"status":"queued"},"status":"done"}""", false)]
    [InlineData("""{"Status":"queued"}""", false)]
    [InlineData("""{"note":"\"status\":\"queued\""}""", false)]
    [InlineData("""{"status":null}""", false)]
    [InlineData("""{"status":["queued"]}""", false)]
    [InlineData("""["status","queued"]""", false)]
    [InlineData("""{}""", false)]
    public void EqualTo_Text_IsAsAFullParseWouldSay(string json, bool expected)
    {
        var filter = JsonFilter.EqualTo("status", "queued");
        Assert.Equal(expected, filter.Matches(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(!expected, (!filter).Matches(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void EqualTo_UnpairedSurrogate_EqualsNothing()
    {
        var json = Encoding.UTF8.GetBytes("{\"a\":\"\uFFFD\",\"b\":\"\\ud800\"}");
        Assert.False((JsonFilter.EqualTo("a", "\ud800") | JsonFilter.OneOf("a", "\ud800", "\udc00") | JsonFilter.EqualTo("b", "\ud800")).Matches(json));
        Assert.True(JsonFilter.OneOf("a", "\ud800", "\uFFFD").Matches(json));
    }

    [Fact]
    public void Filter_OfNonsense_IsRefusedWhenItIsMade()
    {
        Assert.Throws<ArgumentNullException>(() => JsonFilter.OneOf("a", (IEnumerable<string>)null!));
        Assert.Throws<ArgumentNullException>(() => JsonFilter.EqualTo("a", (string)null!));
        Assert.Throws<ArgumentNullException>(() => JsonFilter.AllOf(JsonFilter.Any, null!));
        Assert.Throws<ArgumentNullException>(() => JsonFilter.AnyOf((IEnumerable<JsonFilter>)null!));
        Assert.Throws<ArgumentNullException>(() => JsonFilter.Not(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonFilter.Compare("a", (JsonComparison)9, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonFilter.Compare("a", (JsonComparison)9, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonFilter.Compare("a", (JsonComparison)9, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("7", true)]
    [InlineData("7.0", true)]
    [InlineData("70e-1", true)]
    [InlineData("\"7\"", false)]
    [InlineData("8", false)]
    [InlineData("null", false)]
    public void EqualTo_Number_NeverEqualsText(string value, bool expected)
        => Assert.Equal(expected, JsonFilter.EqualTo("n", 7).Matches(Encoding.UTF8.GetBytes($$"""{"n":{{value}}}""")));

    [Fact]
    public void EqualTo_LargeWholeNumbers_AreExact()
    {
        Assert.False(JsonFilter.EqualTo("n", 9007199254740993).Matches("""{"n":9007199254740992}"""u8));
        Assert.True(JsonFilter.EqualTo("n", 9007199254740993).Matches("""{"n":9007199254740993}"""u8));
    }

    [Fact]
    public void Exists_NullMember_IsThere()
    {
        Assert.True(JsonFilter.Exists("a").Matches("""{"a":null}"""u8));
        Assert.True(JsonFilter.IsNull("a").Matches("""{"a":null}"""u8));
        Assert.False(JsonFilter.IsNull("a").Matches("""{"b":null}"""u8));
        Assert.False(JsonFilter.Exists("a").Matches("""{"b":{"a":1}}"""u8));
    }

    [Fact]
    public void Compare_UnreadableInstant_IsFalseAndCounted()
    {
        var filter = JsonFilter.Compare("at", JsonComparison.LessThan, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.True(filter.Matches("""{"at":"2025-11-21T12:10:48-0600"}"""u8, out var unreadable));
        Assert.Equal(0, unreadable);
        Assert.False(filter.Matches("""{"at":"yesterday"}"""u8, out unreadable));
        Assert.Equal(1, unreadable);
        Assert.False(filter.Matches("""{"at":null}"""u8, out unreadable));
        Assert.Equal(0, unreadable);
        Assert.False(filter.Matches("""{}"""u8, out unreadable));
        Assert.Equal(0, unreadable);
    }

    [Fact]
    public void OneOf_NestedMemberAndIndex_AreFound()
    {
        Assert.True(JsonFilter.OneOf("execution.state", "run", "wait").Matches("""{"execution":{"x":[1],"state":"wait"}}"""u8));
        Assert.True(JsonFilter.EqualTo("tags[1]", "b").Matches("""{"tags":["a","b"]}"""u8));
        Assert.True(JsonFilter.EqualTo("$[0]", 1).Matches("""[1]"""u8));
        Assert.True(JsonFilter.AllOf().Matches("1"u8));
        Assert.False(JsonFilter.AnyOf().Matches("1"u8));
    }

    [Fact]
    public void EqualTo_NaN_IsRefused() => Assert.Throws<ArgumentException>(() => JsonFilter.EqualTo("n", double.NaN));

    [Fact]
    public void Matches_RandomValuesAndFilters_AgreesWithAFullParse()
        => Gen.Select(JsonGen.Value(3), JsonGen.Filter(2)).Sample((json, model) =>
        {
            using var document = JsonDocument.Parse(json);
            var expectedUnreadable = 0;
            var expected = model.Matches(document.RootElement, ref expectedUnreadable);
            Assert.Equal(expected, model.Filter.Matches(Encoding.UTF8.GetBytes(json), out var unreadable));
            Assert.Equal(expectedUnreadable, unreadable);
        });

    [Fact]
    public void Matches_AnyBytes_NeverThrows()
        => Gen.Select(Gen.OneOf("{}[]\":,\\u00e9status123null \n".ToCharArray()).Array[0, 60], JsonGen.Filter(1))
            .Sample((text, model) =>
            {
                _ = model.Filter.Matches(Encoding.UTF8.GetBytes(text));
            });
}
