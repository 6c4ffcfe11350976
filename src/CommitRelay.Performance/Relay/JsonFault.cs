using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>Says where and why a text is no JSON.</summary>
internal static class JsonFault
{
    /// <exception cref="JsonFormatException">The bytes are not one JSON value by RFC 8259.</exception>
    public static void Check(ReadOnlySpan<byte> json, string file)
    {
        var validator = new JsonValidator(stopAfterValue: false, maxDepth: 0);
        var at = validator.Advance(json);
        if (validator.Validity == JsonValidity.Invalid)
            throw At(json, file, at, $"{validator.Expected} expected, {Describe(json[at])} found");
        if (!validator.Complete())
            throw At(json, file, json.Length, $"{validator.Expected} expected, the file ends");
    }

    /// <summary>The fault at a byte of the text.</summary>
    public static JsonFormatException At(ReadOnlySpan<byte> json, string file, int at, string expected)
    {
        var before = json[..at];
        return new JsonFormatException(file, at, before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), expected);
    }

    private static string Describe(byte found) => found is > 0x20 and < 0x7F ? $"'{(char)found}'" : $"byte 0x{found:X2}";
}
