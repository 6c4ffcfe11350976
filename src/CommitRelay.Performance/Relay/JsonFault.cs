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

    /// <summary>Checks a file of any size, piece by piece.</summary>
    /// <exception cref="JsonFormatException">The bytes are not one JSON value by RFC 8259.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static void CheckFile(string path, byte[] buffer, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var validator = new JsonValidator(stopAfterValue: false, maxDepth: 0);
        long offset = 0, line = 1, lineStart = 0;
        for (int read; (read = RandomAccess.Read(handle, buffer, offset)) > 0; offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var at = validator.Advance(buffer.AsSpan(0, read));
            var before = buffer.AsSpan(0, at);
            line += before.Count((byte)'\n');
            lineStart = before.LastIndexOf((byte)'\n') is >= 0 and var feed ? offset + feed + 1 : lineStart;
            if (validator.Validity == JsonValidity.Invalid)
                throw new JsonFormatException(path, offset + at, line, offset + at - lineStart + 1, $"{validator.Expected} expected, {Describe(buffer[at])} found");
        }

        if (!validator.Complete())
            throw new JsonFormatException(path, offset, line, offset - lineStart + 1, $"{validator.Expected} expected, the file ends");
    }

    /// <summary>The fault at a byte of the text.</summary>
    public static JsonFormatException At(ReadOnlySpan<byte> json, string file, int at, string expected)
    {
        var before = json[..at];
        return new JsonFormatException(file, at, before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), expected);
    }

    private static string Describe(byte found) => found is > 0x20 and < 0x7F ? $"'{(char)found}'" : $"byte 0x{found:X2}";
}
