using System.Text;

namespace CommitRelay.Performance.Json;

/// <summary>
/// A condition on one JSON value, decided on its bytes before anything is parsed. Build it from the static methods and combine it
/// with <c>&amp;</c>, <c>|</c> and <c>!</c>: <c>JsonFilter.EqualTo("status", "pending") &amp; !JsonFilter.Exists("error")</c>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Answers as a full parse would: names are ordinal; an absent member and null differ; <c>EqualTo</c> on an absent
/// member or another type is false; not is plain negation, so an absent member passes not-equals; texts never equal numbers; whole numbers
/// within Int64 compare exactly, others as double; an instant that cannot be read compares false and is counted; of a repeated member the last wins.
/// </remarks>
public abstract class JsonFilter
{
    private JsonFilterPlan? _plan;

    private protected JsonFilter()
    {
    }

    /// <summary>Matches every value.</summary>
    public static JsonFilter Any { get; } = new JsonAllOf([]);

    /// <summary>The member is a text and equals another, ordinally and after unescaping.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="value">The text. An unpaired surrogate in it or in the file equals nothing.</param>
    public static JsonFilter EqualTo(JsonPath member, string value) => new JsonTextLeaf(member, Utf8([value]));

    /// <summary>The member is a number and equals another.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="value">The number.</param>
    public static JsonFilter EqualTo(JsonPath member, long value) => new JsonNumberLeaf(member, null, new JsonNumber(value));

    /// <summary>The member is a number and equals another.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The number is NaN, which no JSON value is.</exception>
    public static JsonFilter EqualTo(JsonPath member, double value) => new JsonNumberLeaf(member, null, new JsonNumber(NotNaN(value)));

    /// <summary>The member is true, or is false.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="value">Which of the two.</param>
    public static JsonFilter EqualTo(JsonPath member, bool value) => new JsonKindLeaf(member, value ? JsonKindLeaf.Kind.True : JsonKindLeaf.Kind.False);

    /// <summary>The member is a text and equals one of several.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="values">The texts; none matches nothing.</param>
    public static JsonFilter OneOf(JsonPath member, params IEnumerable<string> values) => new JsonTextLeaf(member, Utf8(values));

    /// <summary>The member is there, be it null.</summary>
    /// <param name="member">Where the member is.</param>
    public static JsonFilter Exists(JsonPath member) => new JsonKindLeaf(member, JsonKindLeaf.Kind.Any);

    /// <summary>The member is there and is null.</summary>
    /// <param name="member">Where the member is.</param>
    public static JsonFilter IsNull(JsonPath member) => new JsonKindLeaf(member, JsonKindLeaf.Kind.Null);

    /// <summary>The member is a number and stands so to another.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="comparison">How it must stand.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such comparison.</exception>
    public static JsonFilter Compare(JsonPath member, JsonComparison comparison, long value) => new JsonNumberLeaf(member, Known(comparison), new JsonNumber(value));

    /// <summary>The member is a number and stands so to another.</summary>
    /// <param name="member">Where the member is.</param>
    /// <param name="comparison">How it must stand.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The number is NaN, which no JSON value is; or there is no such comparison.</exception>
    public static JsonFilter Compare(JsonPath member, JsonComparison comparison, double value) => new JsonNumberLeaf(member, Known(comparison), new JsonNumber(NotNaN(value)));

    /// <summary>The member is an instant in any dialect of <see cref="Instants"/> and stands so to another.</summary>
    /// <param name="member">Where the member is. When it is neither absent nor null and no instant, the answer is false and the fact is counted.</param>
    /// <param name="comparison">How it must stand.</param>
    /// <param name="value">The instant; the offset plays no part.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such comparison.</exception>
    public static JsonFilter Compare(JsonPath member, JsonComparison comparison, DateTimeOffset value) => new JsonInstantLeaf(member, Known(comparison), value);

    /// <summary>All of them match; none given matches everything. They are asked in order, up to the first that does not match.</summary>
    /// <param name="filters">The filters.</param>
    public static JsonFilter AllOf(params IEnumerable<JsonFilter> filters) => new JsonAllOf(NoneNull(filters));

    /// <summary>One of them matches; none given matches nothing. They are asked in order, up to the first that matches.</summary>
    /// <param name="filters">The filters.</param>
    public static JsonFilter AnyOf(params IEnumerable<JsonFilter> filters) => new JsonAnyOf(NoneNull(filters));

    /// <summary>The filter does not match.</summary>
    /// <param name="filter">The filter.</param>
    public static JsonFilter Not(JsonFilter filter) => new JsonNot(NoneNull([filter])[0]);

    /// <summary>Both match.</summary>
    /// <param name="left">Asked first.</param>
    /// <param name="right">Asked when the first matches.</param>
    public static JsonFilter operator &(JsonFilter left, JsonFilter right) => AllOf(left, right);

    /// <summary>One of the two matches.</summary>
    /// <param name="left">Asked first.</param>
    /// <param name="right">Asked when the first does not match.</param>
    public static JsonFilter operator |(JsonFilter left, JsonFilter right) => AnyOf(left, right);

    /// <summary>The filter does not match.</summary>
    /// <param name="filter">The filter.</param>
    public static JsonFilter operator !(JsonFilter filter) => Not(filter);

    /// <summary>The same as <c>&amp;</c>.</summary>
    /// <param name="left">Asked first.</param>
    /// <param name="right">Asked when the first matches.</param>
    public static JsonFilter BitwiseAnd(JsonFilter left, JsonFilter right) => left & right;

    /// <summary>The same as <c>|</c>.</summary>
    /// <param name="left">Asked first.</param>
    /// <param name="right">Asked when the first does not match.</param>
    public static JsonFilter BitwiseOr(JsonFilter left, JsonFilter right) => left | right;

    /// <summary>The same as <c>!</c>.</summary>
    /// <param name="filter">The filter.</param>
    public static JsonFilter LogicalNot(JsonFilter filter) => !filter;

    /// <summary>Decides on the bytes of one JSON value, which are taken to be valid.</summary>
    /// <param name="json">The bytes of the whole value.</param>
    public bool Matches(ReadOnlySpan<byte> json) => Plan.Matches(json, out _);

    /// <summary>Decides on the bytes of one JSON value, which are taken to be valid.</summary>
    /// <param name="json">The bytes of the whole value.</param>
    /// <param name="unreadableInstants">How many members compared as instants were present, not null, and no instant.</param>
    public bool Matches(ReadOnlySpan<byte> json, out int unreadableInstants) => Plan.Matches(json, out unreadableInstants);

    internal JsonFilterPlan Plan => _plan ??= new JsonFilterPlan(this);

    /// <summary>Bytes without which no value matches, unless it holds a <c>\u</c> that may spell them: a text in its quotes. Empty when nothing can be said.</summary>
    internal virtual ReadOnlyMemory<byte> RequiredBytes => default;

    /// <summary>The one text that a member must be for any value to match, when that is the first thing asked; null when there is no such thing.</summary>
    internal virtual (JsonPath Member, byte[] Text)? Gate => null;

    /// <summary>A copy that knows under which number the plan keeps its member.</summary>
    internal abstract JsonFilter Bind(JsonMemberNames names);

    internal abstract bool Evaluate(ref JsonFilterInput input);

    /// <summary>Texts that a file can hold: those with an unpaired surrogate would become others on the way to UTF-8.</summary>
    private static byte[][] Utf8(IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = new List<byte[]>();
        foreach (var value in values)
        {
            ArgumentNullException.ThrowIfNull(value);
            var text = Encoding.UTF8.GetBytes(value);
            if (Encoding.UTF8.GetString(text) == value)
                texts.Add(text);
        }

        return [.. texts];
    }

    private static JsonFilter[] NoneNull(IEnumerable<JsonFilter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        JsonFilter[] all = [.. filters];
        foreach (var filter in all)
            ArgumentNullException.ThrowIfNull(filter, nameof(filters));
        return all;
    }

    private static JsonComparison Known(JsonComparison comparison)
        => Enum.IsDefined(comparison) ? comparison : throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "Expected a value of JsonComparison.");

    private static double NotNaN(double value) => double.IsNaN(value) ? throw new ArgumentException("No JSON value is NaN.", nameof(value)) : value;
}
