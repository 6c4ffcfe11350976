using System.Buffers;
using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tests.Json;

public sealed class JsonLineTests
{
    [Theory]
    [InlineData("{ \"a\" :\n [ 1.00 , -2e+5 ] }\r\n", "{\"a\":[1.00,-2e+5]}")]
    [InlineData("\t\" a \\\" b \\\\\" ", "\" a \\\" b \\\\\"")]
    [InlineData(" 7 ", "7")]
    [InlineData("{\"status\":\"queued\",\"x\":\"\\u00e9 é\"}", "{\"status\":\"queued\",\"x\":\"\\u00e9 é\"}")]
    public void Blanks_OutsideTexts_Go_AndAllElseStays(string json, string line)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonLine.Write(Encoding.UTF8.GetBytes(json), output);
        Assert.Equal(line, Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
