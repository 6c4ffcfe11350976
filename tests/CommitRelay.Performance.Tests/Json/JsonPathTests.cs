using System.Text;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

public class JsonPathTests
{
    private const string Document = """
        {"a": {"b": [10, {"c": "x"}, [1, 2]], "b.c": true}, "list": [{"name": "one", "v": 1}, {"n\u0061me": "t\u0077o", "v": 2}, 7],
         "again": 1, "": "empty", "again": {"last": "wins"}}
        """;

    [Theory]
    [InlineData("$.a.b[0]", "10")]
    [InlineData("a.b[1].c", "\"x\"")]
    [InlineData("a.b[2][1]", "2")]
    [InlineData("a['b.c']", "true")]
    [InlineData("['a'][\"b.c\"]", "true")]
    [InlineData("list[?@.name=='two'].v", "2")]
    [InlineData("again.last", "\"wins\"")]
    [InlineData("['']", "\"empty\"")]
    [InlineData("list[2]", "7")]
    public void TryFind_PathOfTheDocument_IsItsValue(string path, string expected)
    {
        Assert.True(JsonPath.Parse(path).TryFind(Encoding.UTF8.GetBytes(Document), out var value));
        Assert.Equal(expected, Encoding.UTF8.GetString(value));
    }

    /// <summary>Long containers are stepped over by the block scanner: wherever blocks begin and end, and whatever stands in texts.</summary>
    [Fact]
    public void SkipValue_OfLongContainers_EndsWhereTheyEnd()
        => JsonGen.AnObject(3).List[1, 40].Sample(objects =>
        {
            var array = Encoding.UTF8.GetBytes($"[{string.Join(",", objects)},\"{new string('x', JsonContainer.Long)}\\\\\",\"]}}\\\"\"]");
            foreach (var behind in (string[])["", "]", new string(' ', 3000) + "]}"])
                Assert.Equal(array.Length, JsonText.SkipValue([.. array, .. Encoding.UTF8.GetBytes(behind)], 0));
            for (var cut = 1; cut < 200; cut++)
                Assert.InRange(JsonText.SkipValue(array.AsSpan(0, array.Length - cut), 0), 1, array.Length - cut);
        }, iter: 300);

    [Theory]
    [InlineData("b")]
    [InlineData("a.c")]
    [InlineData("a.b[3]")]
    [InlineData("a.b.c")]
    [InlineData("a[0]")]
    [InlineData("list[?@.name=='three']")]
    [InlineData("again.last.x")]
    public void TryFind_PathThatIsNotThere_IsFalse(string path)
        => Assert.False(JsonPath.Parse(path).TryFind(Encoding.UTF8.GetBytes(Document), out _));

    [Fact]
    public void TryFind_Root_IsTheWholeValue()
    {
        Assert.True(JsonPath.Parse("$").TryFind(" [1] "u8, out var value));
        Assert.Equal("[1]", Encoding.UTF8.GetString(value));
    }

    [Theory]
    [InlineData("status", "$.status")]
    [InlineData("$", "$")]
    [InlineData("$.a[3].b", "$.a[3].b")]
    [InlineData("['a b'].c", "$['a b'].c")]
    [InlineData("a[?@.name=='it\\'s']", "$.a[?@.name=='it\\'s']")]
    public void ToString_FullForm_IsReadBack(string path, string full)
    {
        Assert.Equal(full, JsonPath.Parse(path).ToString());
        Assert.Equal(full, JsonPath.Parse(full).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a['x]")]
    [InlineData("a[?name=='x']")]
    [InlineData("a[?@.name='x']")]
    [InlineData("a[99999999999]")]
    [InlineData("a b")]
    public void Parse_NoPath_SaysWhatWasExpected(string path)
        => Assert.Contains("expected", Assert.Throws<FormatException>(() => JsonPath.Parse(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a<")]
    [InlineData(">a.b")]
    [InlineData("a['x<y']")]
    [InlineData("a[?@.n=='<']")]
    [InlineData("a><")]
    public void Parse_UnpairedSurrogate_IsRefused(string path)
    {
        // Attributes cannot hold half a pair.
        var halves = path.Replace('<', '\ud83d').Replace('>', '\ude80');
        Assert.Contains("unpaired surrogate", Assert.Throws<FormatException>(() => JsonPath.Parse(halves)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SurrogatePair_IsAName()
        => Assert.True(JsonPath.Parse("\ud83d\ude80").TryFind("{\"\U0001F680\":1}"u8, out _));
}
