using System.Text.Json;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Follows the tokens of a text to the array at a path of names and indexes, and watches that no name on the way stands twice.</summary>
internal sealed class ArrayLocator
{
    private readonly JsonPathSegment[] _steps;
    private readonly bool _takesRootArray;
    private readonly bool[] _seen;
    private readonly int[] _itemIndex;

    /// <summary>Open containers that lie on the path, the root being the first.</summary>
    private int _onPath;
    private bool _nextIsOnPath = true;
    private bool _found;

    public ArrayLocator(JsonPath path, QueueShape shape)
    {
        _steps = path.Segments.ToArray();
        _seen = new bool[_steps.Length];
        _itemIndex = new int[_steps.Length + 1];
        _takesRootArray = _steps.Length == 0 || (shape == QueueShape.Auto && _steps[0].IsName);
    }

    public enum Verdict
    {
        GoOn,
        Found,
        Repeated,
        NotAnArray,
    }

    /// <summary>Containers open around the elements of the array, the array included.</summary>
    public int Depth { get; private set; }

    public Verdict Next(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            _onPath = Math.Min(_onPath, reader.CurrentDepth);
            return Verdict.GoOn;
        }

        if (reader.TokenType == JsonTokenType.PropertyName)
            return Name(ref reader);
        var isOnPath = _nextIsOnPath || IsItemOnPath(ref reader);
        _nextIsOnPath = false;
        return isOnPath && !_found ? Enter(ref reader) : Verdict.GoOn;
    }

    private Verdict Name(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth != _onPath || _onPath > _steps.Length || _onPath == 0)
            return Verdict.GoOn;
        var step = _onPath - 1;

        // Not ValueTextEquals: it throws where a name holds a lone surrogate, which is a valid escape.
        if (!_steps[step].IsName || !JsonText.RawEquals(reader.ValueSpan, _steps[step].NameBytes))
            return Verdict.GoOn;
        if (_seen[step])
            return Verdict.Repeated;
        _seen[step] = _nextIsOnPath = true;
        return Verdict.GoOn;
    }

    private bool IsItemOnPath(ref Utf8JsonReader reader)
    {
        if (_onPath == 0 || _onPath > _steps.Length || reader.CurrentDepth != _onPath || !_steps[_onPath - 1].IsIndex)
            return false;
        return _itemIndex[_onPath]++ == _steps[_onPath - 1].Index;
    }

    private Verdict Enter(ref Utf8JsonReader reader)
    {
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        var isLast = _onPath == _steps.Length;
        if (isArray && (isLast || (_onPath == 0 && _takesRootArray)))
        {
            _found = true;
            Depth = reader.CurrentDepth + 1;
            return Verdict.Found;
        }

        if (isLast)
            return Verdict.NotAnArray;
        var wantsArray = _steps[_onPath].IsIndex;
        if (reader.TokenType == (wantsArray ? JsonTokenType.StartArray : JsonTokenType.StartObject))
            _onPath++;
        return Verdict.GoOn;
    }
}
