using CommitRelay.Performance.Json;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Json;

public sealed class JsonMemberEditorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"a":1}""", "a", "2", false, """{"a":2}""")]
    [InlineData("""{ "a" : 1.00 , "b":[1, 2,3] }""", "b[1]", "\"x\"", false, """{ "a" : 1.00 , "b":[1, "x",3] }""")]
    [InlineData("""{"l":[{"name":"x","n":1},{"name":"y","n":1}]}""", "l[?@.name=='y'].n", "2", false, """{"l":[{"name":"x","n":1},{"name":"y","n":2}]}""")]
    [InlineData("""{"a":1,"a":2}""", "a", "3", false, """{"a":1,"a":3}""")]
    [InlineData("""{"\u0061":1}""", "a", "3", false, """{"\u0061":3}""")]
    [InlineData("""{"a":1}""", "b", "2", true, """{"a":1,"b":2}""")]
    [InlineData("""{"a": 1}""", "b", "2", true, """{"a": 1, "b": 2}""")]
    [InlineData("{}", "b", "2", true, """{"b":2}""")]
    [InlineData("{\n  \"a\": {}\n}\n", "a.b", "2", true, "{\n  \"a\": {\n    \"b\": 2\n  }\n}\n")]
    [InlineData("{\n  \"a\": 1\n}\n", "b.c", "2", true, "{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n}\n")]
    [InlineData("{\n\t\"a\": 1,\n\t\"b\": 2\n}", "c", "null", true, "{\n\t\"a\": 1,\n\t\"b\": 2,\n\t\"c\": null\n}")]
    [InlineData("\uFEFF{\"a\":1}", "a", "2", false, "\uFEFF{\"a\":2}")]
    public async Task Set_ChangesOneValue_AndNoOtherByte(string text, string path, string value, bool create, string expected)
    {
        var file = _folder.Write("a.json", text);
        Assert.True(await JsonMemberEditor.SetAsync(file, path, value, create));
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(expected), File.ReadAllBytes(file));
        Assert.False(await JsonMemberEditor.SetAsync(file, path, value, create));
    }

    [Theory]
    [InlineData("""{"a":1}""", "a", """{}""")]
    [InlineData("""{"a":1,"b":2}""", "a", """{"b":2}""")]
    [InlineData("""{"a":1,"b":2}""", "b", """{"a":1}""")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2\n}", "b", "{\n  \"a\": 1\n}")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}")]
    [InlineData("""{"b":0,"a":1,"c":{"a":3},"a":2}""", "a", """{"b":0,"c":{"a":3}}""")]
    [InlineData("""{"a":[1, 2, 3]}""", "a[1]", """{"a":[1, 3]}""")]
    [InlineData("""{"a":[ 1 ]}""", "a[0]", """{"a":[]}""")]
    public async Task Remove_TakesTheMemberAndOneComma(string text, string path, string expected)
    {
        var file = _folder.Write("a.json", text);
        Assert.True(await JsonMemberEditor.RemoveAsync(file, path));
        Assert.Equal(expected, File.ReadAllText(file));
    }

    [Fact]
    public async Task Set_OfWhatIsNotThere_IsRefusedUnlessAskedFor()
    {
        var file = _folder.Write("a.json", """{"a":[]}""");
        await Assert.ThrowsAsync<KeyNotFoundException>(() => JsonMemberEditor.SetAsync(file, "b", "1"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => JsonMemberEditor.SetAsync(file, "a[0]", "1", create: true));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => JsonMemberEditor.SetAsync(file, "a.b", "1", create: true));
        await Assert.ThrowsAsync<ArgumentException>(() => JsonMemberEditor.SetAsync(file, "a", "text"));
        Assert.False(await JsonMemberEditor.RemoveAsync(file, "b"));
        Assert.Equal("""{"a":[]}""", File.ReadAllText(file));
    }

    [Fact]
    public async Task Set_InABrokenFile_SaysWhere()
    {
        var file = _folder.Write("a.json", "{\n  \"token_allocation\": ,\n  \"a\": 1\n}");
        var fault = await Assert.ThrowsAsync<JsonFormatException>(() => JsonMemberEditor.SetAsync(file, "a", "1"));
        Assert.Equal((file, 2, 24L), (fault.File, (int)fault.Line, fault.ByteOffset));
    }
}
