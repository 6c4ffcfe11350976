using System.Text;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Json;

/// <summary>Random JSON text, spelled in every way the grammar allows, with few names so that filters hit, and decoys.</summary>
public static class JsonGen
{
    private static readonly string[] Names = ["status", "priority", "created_at", "id", "a", "", "st/x", "\u00e9t\u00e9", "tasks", "context", "statuses"];
    private static readonly string[] Texts = ["queued", "pending", "", "status", "\"status\":\"queued\"", "a\\", "\\u0073", "{[", "}]", "2025-11-21T12:10:48-0600", "2025-11-21T18:10:49Z", "timestamp", "\u00e9\u20ac\U0001F600", "tab\tline\n", "a\\\"b", ",{\"id\":"];
    private static readonly string[] Numbers = ["0", "-0", "7", "7.0", "70e-1", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e400", "0.1", "-12.5E+3"];

    public static readonly Gen<string> Name = Gen.OneOf(Names);

    public static readonly Gen<string> Blank = Gen.Frequency(
        (6, Gen.Const("")), (3, Gen.Const(" ")), (2, Gen.Const("\n    ")), (1, Gen.Const("\r\n\t")), (1, Gen.Int[0, 150].Select(n => new string(' ', n))));

    /// <summary>A value; deeper ones are smaller.</summary>
    public static Gen<string> Value(int depth)
    {
        var scalar = Gen.Frequency((5, Gen.OneOf(Texts).SelectMany(Spelled)), (2, Gen.OneOf(Numbers)), (1, Gen.OneOf("true", "false", "null")));
        return depth == 0 ? scalar : Gen.Frequency((4, scalar), (1, AnArray(depth - 1)), (2, AnObject(depth - 1)));
    }

    public static Gen<string> AnObject(int depth)
        => Gen.Select(Name.SelectMany(Spelled), Blank, Blank, Value(depth), (name, b1, b2, value) => $"{name}{b1}:{b2}{value}")
            .List[0, 6].SelectMany(members => Join(members, '{', '}'));

    public static Gen<string> AnArray(int depth) => Value(depth).List[0, 4].SelectMany(items => Join(items, '[', ']'));

    public static Gen<string> Join(IReadOnlyList<string> parts, char open, char close)
        => Blank.Array[(2 * parts.Count) + 1].Select(blanks =>
        {
            var text = new StringBuilder().Append(open).Append(blanks[0]);
            for (var i = 0; i < parts.Count; i++)
                text.Append(i == 0 ? "" : ",").Append(blanks[(2 * i) + 1]).Append(parts[i]).Append(blanks[(2 * i) + 2]);
            return text.Append(close).ToString();
        });

    /// <summary>A text in quotes, each character as it is or escaped.</summary>
    public static Gen<string> Spelled(string text)
        => Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 1 << 20])).Select(seed =>
        {
            var random = new Random(seed);
            var spelled = new StringBuilder("\"");
            foreach (var rune in text.EnumerateRunes())
                spelled.Append(Spell(rune, seed != 0 && random.Next(3) == 0, random));
            return spelled.Append('"').ToString();
        });

    public static Gen<FilterModel> Filter(int depth)
    {
        var member = Gen.Frequency((5, Name.Select(name => new[] { name })), (1, Gen.Select(Name, Name, (outer, inner) => new[] { outer, inner })));
        var comparison = Gen.OneOf(JsonComparison.LessThan, JsonComparison.AtMost, JsonComparison.GreaterThan, JsonComparison.AtLeast);
        var leaf = Gen.OneOf<FilterModel>(
            Gen.Select(member, Gen.OneOf(Texts).Array[1, 3], (m, values) => (FilterModel)new FilterModel.Text(m, values)),
            Gen.Select(member, Gen.Bool, comparison, Gen.OneOf(0L, 7, long.MaxValue, long.MinValue), (m, compares, c, n) => (FilterModel)new FilterModel.Number(m, compares ? c : null, n, 0)),
            Gen.Select(member, Gen.Bool, comparison, Gen.OneOf(0.1, 7.0, 1e300, double.PositiveInfinity), (m, compares, c, n) => (FilterModel)new FilterModel.Number(m, compares ? c : null, null, n)),
            Gen.Select(member, comparison, (m, c) => (FilterModel)new FilterModel.Instant(m, c, new DateTimeOffset(2025, 11, 21, 18, 10, 48, TimeSpan.Zero))),
            Gen.Select(member, Gen.OneOf<System.Text.Json.JsonValueKind?>(null, System.Text.Json.JsonValueKind.Null, System.Text.Json.JsonValueKind.True, System.Text.Json.JsonValueKind.False), (m, kind) => (FilterModel)new FilterModel.Kind(m, kind)));
        if (depth == 0)
            return leaf;
        var inner = Filter(depth - 1);
        return Gen.OneOf<FilterModel>(leaf, inner.Select(f => (FilterModel)new FilterModel.Negated(f)), Gen.Select(inner, inner, (l, r) => (FilterModel)new FilterModel.Both(l, r)), Gen.Select(inner, inner, (l, r) => (FilterModel)new FilterModel.Either(l, r)));
    }

    private static string Spell(Rune rune, bool escape, Random random)
    {
        if (escape && random.Next(2) == 0)
            return string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}"));
        return rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\t' => "\\t",
            '/' when escape => "\\/",
            _ => rune.ToString(),
        };
    }
}
