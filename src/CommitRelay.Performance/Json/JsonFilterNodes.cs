namespace CommitRelay.Performance.Json;

internal sealed class JsonAllOf(JsonFilter[] filters) : JsonFilter
{
    internal override ReadOnlyMemory<byte> RequiredBytes => filters.Select(static filter => filter.RequiredBytes).MaxBy(static bytes => bytes.Length);

    internal override (JsonPath Member, byte[] Text)? Gate => filters is [var first, ..] ? first.Gate : null;

    internal override JsonFilter Bind(JsonMemberNames names) => new JsonAllOf([.. filters.Select(filter => filter.Bind(names))]);

    internal override bool Evaluate(ref JsonFilterInput input)
    {
        foreach (var filter in filters)
        {
            if (!filter.Evaluate(ref input))
                return false;
        }

        return true;
    }
}

internal sealed class JsonAnyOf(JsonFilter[] filters) : JsonFilter
{
    internal override JsonFilter Bind(JsonMemberNames names) => new JsonAnyOf([.. filters.Select(filter => filter.Bind(names))]);

    internal override bool Evaluate(ref JsonFilterInput input)
    {
        foreach (var filter in filters)
        {
            if (filter.Evaluate(ref input))
                return true;
        }

        return false;
    }
}

internal sealed class JsonNot(JsonFilter filter) : JsonFilter
{
    internal override JsonFilter Bind(JsonMemberNames names) => new JsonNot(filter.Bind(names));

    internal override bool Evaluate(ref JsonFilterInput input) => !filter.Evaluate(ref input);
}
