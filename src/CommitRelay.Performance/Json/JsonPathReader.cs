using System.Buffers;
using System.Text;

namespace CommitRelay.Performance.Json;

/// <summary>Reads the text form of a <see cref="JsonPath"/>.</summary>
internal ref struct JsonPathReader(string path)
{
    private static readonly SearchValues<char> EndsName = SearchValues.Create(".[]='\" ");

    private readonly string _path = path;
    private int _at;

    public JsonPathSegment[] Read()
    {
        RefuseHalfCharacters();
        var segments = new List<JsonPathSegment>();
        if (Take('$') && _at == _path.Length)
            return [];
        if (_at == 0 && _path.Length > 0 && _path[0] != '[')
            segments.Add(JsonPathSegment.OfName(Name()));
        while (_at < _path.Length)
            segments.Add(Take('.') ? JsonPathSegment.OfName(Name()) : Take('[') ? Bracket() : throw Fault("'.' or '['"));
        return segments.Count > 0 ? [.. segments] : throw Fault("a member name");
    }

    /// <summary>Half a surrogate pair would become another character on the way to UTF-8, and match a name that it is not.</summary>
    private void RefuseHalfCharacters()
    {
        for (_at = 0; _at < _path.Length; _at++)
        {
            if (char.IsSurrogatePair(_path, _at))
                _at++;
            else if (char.IsSurrogate(_path[_at]))
                throw Fault("whole characters, but there is an unpaired surrogate,");
        }

        _at = 0;
    }

    private JsonPathSegment Bracket()
    {
        JsonPathSegment segment;
        if (Take('?'))
        {
            Must("@.");
            var name = Name();
            Must("==");
            segment = JsonPathSegment.OfItem(name, Quoted());
        }
        else
        {
            segment = Peek is '\'' or '"' ? JsonPathSegment.OfName(Quoted()) : JsonPathSegment.OfIndex(Index());
        }

        Must("]");
        return segment;
    }

    private string Name()
    {
        var length = _path.AsSpan(_at).IndexOfAny(EndsName);
        var name = length < 0 ? _path[_at..] : _path.Substring(_at, length);
        _at += name.Length;
        return name.Length > 0 ? name : throw Fault("a member name");
    }

    private int Index()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek))
            _at++;
        return int.TryParse(_path.AsSpan(start, _at - start), System.Globalization.CultureInfo.InvariantCulture, out var index) ? index : throw Fault("an index, a name in quotes, or ?@.name=='text'");
    }

    private string Quoted()
    {
        var quote = Peek;
        if (!Take('\'') && !Take('"'))
            throw Fault("a text in quotes");
        var text = new StringBuilder();
        while (_at < _path.Length && _path[_at] != quote)
        {
            if (_path[_at] == '\\' && _at + 1 < _path.Length)
                _at++;
            text.Append(_path[_at++]);
        }

        Must(quote.ToString());
        return text.ToString();
    }

    private readonly char Peek => _at < _path.Length ? _path[_at] : '\0';

    private bool Take(char c)
    {
        if (Peek != c || c == '\0')
            return false;
        _at++;
        return true;
    }

    private void Must(string text)
    {
        if (string.CompareOrdinal(_path, _at, text, 0, text.Length) != 0)
            throw Fault(text);
        _at += text.Length;
    }

    private readonly FormatException Fault(string expected) => new($"The path \"{_path}\" cannot be read: expected {expected} at character {_at}.");
}
