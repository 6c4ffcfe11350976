using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

public class JsonValidatorTests
{
    [ThreadStatic]
    private static JsonPattern<TaskMembers>? _pattern;

    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 2)]
    [InlineData("[1.]", 3)]
    [InlineData("[01]", 2)]
    [InlineData("[-]", 2)]
    [InlineData("[1e+]", 4)]
    [InlineData("-", 1)]
    [InlineData("tru", 3)]
    [InlineData("trux", 3)]
    [InlineData("{\"a\": ,", 6)]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("[1,]", 3)]
    [InlineData("[1}", 2)]
    [InlineData("{} x", 3)]
    [InlineData("\"a\nb\"", 2)]
    [InlineData("\"\\x\"", 2)]
    [InlineData("\"\\u12G4\"", 5)]
    [InlineData("{\"priority\": high}", 13)]
    [InlineData("NaN", 0)]
    [InlineData("[1", 2)]
    public void FirstError_BrokenText_IsTheFirstByteWithoutContinuation(string text, int expected)
        => Assert.Equal(expected, JsonValidator.FirstError(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("0")]
    [InlineData(" [-0.5e-3, 10, true,false , null, \"\\u00e9\\ud800 \\/\", {}, {\"\":[]}]\n")]
    [InlineData("\"\U0001F600\"")]
    public void FirstError_ValidText_IsNone(string text) => Assert.Equal(-1, JsonValidator.FirstError(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(new byte[] { 0x22, 0xC0, 0x80, 0x22 }, 1)]
    [InlineData(new byte[] { 0x22, 0xE0, 0x80, 0x80, 0x22 }, 2)]
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 }, 2)]
    [InlineData(new byte[] { 0x22, 0xF4, 0x90, 0x80, 0x80, 0x22 }, 2)]
    [InlineData(new byte[] { 0x22, 0xE2, 0x82, 0x22 }, 3)]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x31 }, 0)]
    public void FirstError_BadUtf8_IsTheByteThatEndsIt(byte[] text, int expected) => Assert.Equal(expected, JsonValidator.FirstError(text));

    [Fact]
    public void FirstError_DeepNesting_IsBoundOnlyOnRequest()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000));
        Assert.Equal(-1, JsonValidator.FirstError(deep));
        Assert.Equal(64, JsonValidator.FirstError(deep, maxDepth: 64));
        var mixed = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[{\"\":", 300)) + "1" + string.Concat(Enumerable.Repeat("}]", 300)));
        Assert.Equal(-1, JsonValidator.FirstError(mixed));
        mixed[^100] = mixed[^100] == '}' ? (byte)']' : (byte)'}';
        Assert.Equal(mixed.Length - 100, JsonValidator.FirstError(mixed));
    }

    [Theory]
    [InlineData("{\"a\":1}{\"b\":2}", (int)JsonValidity.Complete, 7)]
    [InlineData("  12 13", (int)JsonValidity.Complete, 4)]
    [InlineData("12", (int)JsonValidity.Complete, 2)]
    [InlineData("{\"a\":1", (int)JsonValidity.Unfinished, 6)]
    [InlineData("{\"a\":x", (int)JsonValidity.Invalid, 5)]
    public void ReadValue_OneOfSeveral_EndsBehindIt(string text, int validity, int end)
    {
        Assert.Equal((JsonValidity)validity, JsonValidator.ReadValue(Encoding.UTF8.GetBytes(text), out var found));
        Assert.Equal(end, found);
    }

    [Fact]
    public void Advance_AnyCuts_FindTheSamePlace()
        => Gen.Select(Gen.OneOf("{\"a\":[1,2.5e3,\"x\\u00e9\\n\",{\"b\":null}],\"c\":tru}", "[\"\u00e9\u20ac\U0001F600\", -0.1]", "{\"a\":\"\\ud8\"}"), Gen.Int[1, 7].Array[1, 60]).Sample((text, cuts) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var validator = new JsonValidator();
            var at = 0;
            for (var i = 0; at < bytes.Length && validator.Validity == JsonValidity.Unfinished; i++)
                at += validator.Advance(bytes.AsSpan(at, Math.Min(cuts[i % cuts.Length], bytes.Length - at)));
            var found = validator.Validity == JsonValidity.Invalid ? at : validator.Complete() ? -1 : bytes.Length;
            Assert.Equal(JsonValidator.FirstError(bytes), found);
        });

    [Fact]
    public unsafe void JsonCheck_RandomAndDamagedValues_AgreesWithTheValidator()
        => Gen.Select(JsonGen.Value(4), Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Byte).Sample((json, damages, place, damage, behind) =>
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            Assert.True(Check(bytes, (byte)','));
            for (var i = 0; i < damages; i++)
                bytes[(place + (i * 7)) % bytes.Length] = i == 0 ? damage : (byte)"\"\\{}[]:,0.e-tu \n"[(damage + i) % 16];
            var isContainer = bytes[0] is (byte)'{' or (byte)'[';
            Assert.Equal(JsonValidator.FirstError(bytes) < 0, Check(bytes, isContainer ? behind : (byte)','));
        }, iter: 5_000);

    [Fact]
    public void JsonCheck_ScalarsOfAllKindsAndLengthsInTheSamePlaces_AgreesWithTheValidator()
    {
        var text = Gen.Select(Gen.Int[0, 140], Gen.OneOf("", "\\n", "\\\"", "\\u00e9", "é", "\\x", "\t"), (length, last) => $"\"{new string('a', length)}{last}\"");
        var scalar = Gen.Frequency((4, text), (2, Gen.Int[-2_000, 2_000].Select(n => $"{n}")), (1, Gen.OneOf("null", "true", "1.5e3", "", " 7", " \"b\"", "{}", "[1]", "01", "nul", "\"")));
        Gen.Select(scalar, scalar, scalar).Array[2, 6].Sample(
            values =>
            {
                foreach (var (first, second, third) in values)
                {
                    var bytes = Encoding.UTF8.GetBytes($"{{\"id\":{first},\"status\":{second},\"context\":[{third}]}}");
                    Assert.Equal(JsonValidator.FirstError(bytes) < 0, Check(bytes, (byte)'"'));
                }
            },
            iter: 2_000);
    }

    [SharedFact]
    public void JsonCheck_JsonTestSuite_AgreesWithTheValidator()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Shared!, "json-test-suite", "test_parsing")))
        {
            var bytes = File.ReadAllBytes(file);
            var deep = file.Contains("nested_arrays", StringComparison.Ordinal);
            Assert.True((JsonValidator.FirstError(bytes) < 0 && !deep) == Check(bytes, (byte)' '), file);
        }
    }

    private static unsafe bool Check(byte[] json, byte behind)
    {
        if (!JsonCheck.IsSupported)
            return JsonValidator.FirstError(json) < 0;
        byte[] padded = [.. json, .. Enumerable.Repeat(behind, JsonCheck.Slack)];
        fixed (byte* text = padded)
        {
            AssertPatternAgrees(text, text + json.Length);
            return JsonCheck.IsValid(text, json.Length);
        }
    }

    /// <summary>What was remembered of other values, and then of this one, changes no answer.</summary>
    private static unsafe void AssertPatternAgrees(byte* text, byte* end)
    {
        TaskMembers expected = default, met = default, again = default;
        var behind = JsonCheck.SkipValue(text, end, ref expected);
        if (_pattern?.IsFull != false)
            _pattern = new JsonPattern<TaskMembers>();
        Assert.Equal((nint)behind, (nint)_pattern.SkipValue(text, end, ref met));
        Assert.Equal((nint)behind, (nint)_pattern.SkipValue(text, end, ref again));
        if (behind == null)
            return;
        Assert.Equal(Places(expected), Places(met));
        Assert.Equal(Places(expected), Places(again));
    }

    private static unsafe nint[] Places(in TaskMembers members)
        => [(nint)members.Id, (nint)members.TaskId, (nint)members.Status, (nint)members.Priority, (nint)members.Type, (nint)members.Tasks];

    [SharedFact]
    public void FirstError_JsonTestSuite_IsAsExpected()
    {
        var folder = Path.Combine(Repository.Shared!, "json-test-suite");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        foreach (var entry in expected.RootElement.EnumerateObject())
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, "test_parsing", entry.Name));
            var offset = entry.Value.GetProperty("first_error_offset");
            var error = JsonValidator.FirstError(bytes);
            Assert.True(error == (offset.ValueKind == JsonValueKind.Null ? -1 : offset.GetInt32()), $"{entry.Name}: {error}, expected {offset}");
        }
    }

    [SharedFact]
    public void FirstError_CorpusDocuments_IsAsExpected()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json")));
        var checkedFiles = 0;
        foreach (var entry in expected.RootElement.GetProperty("queues").EnumerateObject())
        {
            var offset = entry.Value.GetProperty("first_error_offset");
            Assert.Equal(offset.ValueKind == JsonValueKind.Null ? -1 : offset.GetInt32(), JsonValidator.FirstError(File.ReadAllBytes(Path.Combine(Repository.CorpusHome, entry.Name))));
            checkedFiles++;
        }

        Assert.Equal(5, checkedFiles);
    }
}
