using System.Text.Json;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tests.Json;

/// <summary>The filter's truth table over a full parse, in the plainest way: what <see cref="JsonFilter"/> must agree with.</summary>
public abstract record FilterModel
{
    public abstract JsonFilter Filter { get; }

    public abstract bool Matches(JsonElement? element, ref int unreadable);

    public static JsonElement? Find(JsonElement? element, string[] names)
    {
        foreach (var name in names)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent)
                return null;
            element = null;
            foreach (var member in parent.EnumerateObject())
            {
                if (member.NameEquals(name))
                    element = member.Value;
            }
        }

        return element;
    }

    protected static JsonPath Path(string[] names) => string.Concat(names.Select(name => $"['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']"));

    public sealed record Text(string[] Member, string[] Values) : FilterModel
    {
        public override JsonFilter Filter => Values.Length == 1 ? JsonFilter.EqualTo(Path(Member), Values[0]) : JsonFilter.OneOf(Path(Member), Values);

        public override bool Matches(JsonElement? element, ref int unreadable)
            => Find(element, Member) is { ValueKind: JsonValueKind.String } found && Values.Contains(found.GetString());
    }

    public sealed record Number(string[] Member, JsonComparison? Comparison, long? Whole, double Real) : FilterModel
    {
        public override JsonFilter Filter => (Comparison, Whole) switch
        {
            (null, { } whole) => JsonFilter.EqualTo(Path(Member), whole),
            (null, null) => JsonFilter.EqualTo(Path(Member), Real),
            ({ } comparison, { } whole) => JsonFilter.Compare(Path(Member), comparison, whole),
            ({ } comparison, null) => JsonFilter.Compare(Path(Member), comparison, Real),
        };

        public override bool Matches(JsonElement? element, ref int unreadable)
        {
            if (Find(element, Member) is not { ValueKind: JsonValueKind.Number } found)
                return false;
            var text = found.GetRawText();
            var isWhole = Whole is not null && !text.AsSpan().ContainsAny('.', 'e', 'E') && found.TryGetInt64(out _);
            var order = isWhole ? found.GetInt64().CompareTo(Whole!.Value) : found.GetDouble().CompareTo(Whole ?? Real);
            return Holds(Comparison, order);
        }
    }

    public sealed record Instant(string[] Member, JsonComparison Comparison, DateTimeOffset Value) : FilterModel
    {
        public override JsonFilter Filter => JsonFilter.Compare(Path(Member), Comparison, Value);

        public override bool Matches(JsonElement? element, ref int unreadable)
        {
            if (Find(element, Member) is not { ValueKind: not JsonValueKind.Null } found)
                return false;
            if (found.ValueKind == JsonValueKind.String && Instants.TryParse(found.GetString(), out var instant))
                return Holds(Comparison, instant.CompareTo(Value));
            unreadable++;
            return false;
        }
    }

    public sealed record Kind(string[] Member, JsonValueKind? Wanted) : FilterModel
    {
        public override JsonFilter Filter => Wanted switch
        {
            null => JsonFilter.Exists(Path(Member)),
            JsonValueKind.Null => JsonFilter.IsNull(Path(Member)),
            _ => JsonFilter.EqualTo(Path(Member), Wanted == JsonValueKind.True),
        };

        public override bool Matches(JsonElement? element, ref int unreadable)
            => Find(element, Member) is { } found && (Wanted is null || found.ValueKind == Wanted);
    }

    public sealed record Both(FilterModel Left, FilterModel Right) : FilterModel
    {
        public override JsonFilter Filter => Left.Filter & Right.Filter;

        public override bool Matches(JsonElement? element, ref int unreadable) => Left.Matches(element, ref unreadable) && Right.Matches(element, ref unreadable);
    }

    public sealed record Either(FilterModel Left, FilterModel Right) : FilterModel
    {
        public override JsonFilter Filter => Left.Filter | Right.Filter;

        public override bool Matches(JsonElement? element, ref int unreadable) => Left.Matches(element, ref unreadable) || Right.Matches(element, ref unreadable);
    }

    public sealed record Negated(FilterModel Inner) : FilterModel
    {
        public override JsonFilter Filter => !Inner.Filter;

        public override bool Matches(JsonElement? element, ref int unreadable) => !Inner.Matches(element, ref unreadable);
    }

    private static bool Holds(JsonComparison? comparison, int order) => comparison switch
    {
        null => order == 0,
        JsonComparison.LessThan => order < 0,
        JsonComparison.AtMost => order <= 0,
        JsonComparison.GreaterThan => order > 0,
        _ => order >= 0,
    };
}
