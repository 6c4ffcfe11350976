using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What several commands read from their arguments.</summary>
internal static class Inputs
{
    public const string StandardInput = "standard input";
    private static readonly string[] LinesEndings = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"];

    /// <summary>What the library may be given of the machine's cores.</summary>
    public static int Cores => Math.Min(Environment.ProcessorCount, 64);

    /// <summary>A queue to read: a path, standard input, or the home's own.</summary>
    public static QueueSource Queue(this CommandRun run, string? file) => file switch
    {
        "-" => OfStandardInput(run.Host.OpenInput()),
        _ => run.Expected(Existing(file ?? run.Home.TaskQueue)),
    };

    /// <summary>A file that is about to be read, for the progress.</summary>
    public static string Expected(this CommandRun run, string path)
    {
        run.Progress.Expect(new FileInfo(path).Length);
        return path;
    }

    /// <summary>The path of a file that is there.</summary>
    /// <exception cref="FileNotFoundException">There is none; the exception knows its name, which the system's own for a missing folder does not.</exception>
    public static string Existing(string path)
        => File.Exists(path) ? path : throw new FileNotFoundException(Directory.Exists(path) ? $"{path}: a file expected, this is a folder." : $"{path}: there is no such file.", path);

    /// <summary>
    /// Reads the tasks of a queue; null or false, with a message, when the text is valid JSON and holds no array of tasks: that is a finding, no failure.
    /// </summary>
    /// <remarks>JSON Lines, such as an archive of tasks, are known by their name; of all else the root's <c>tasks</c> are the queue, as for the workers.</remarks>
    public static async Task<T?> OfArrayAsync<T>(this CommandRun run, string? file, Func<QueueReader, QueueSource, Task<T>> read)
    {
        var isLines = file is not null && LinesEndings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal));

        // Standard input can be looked at once only, a file again.
        using var input = file == "-" ? new SurveyedInput(run.Host.OpenInput(), StandardInput, run.Host.Out, run.Stop) : null;
        try
        {
            var source = input is null ? run.Queue(file) : OfStandardInput(input);
            return await read(new QueueReader(new QueueReaderOptions { Shape = isLines ? QueueShape.JsonLines : QueueShape.Array }), source).ConfigureAwait(false);
        }
        catch (QueueFormatException fault)
        {
            // A survey checks every byte, and throws the better fault.
            if (isLines || (await SurveyAsync().ConfigureAwait(false)).HasTasksArray)
                throw;
            run.Output.Say(fault.Message);
            return default;
        }

        Task<QueueSurvey> SurveyAsync() => input?.FinishAsync(run.Stop) ?? QueueSurvey.ReadAsync(run.Queue(file), Cores, run.Stop);
    }

    /// <summary>A member path.</summary>
    public static JsonPath Path(string text)
    {
        try
        {
            return JsonPath.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    /// <summary>FIELD=VALUE.</summary>
    public static (JsonPath Field, string Value) Assignment(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (Path(text[..equals]), text[(equals + 1)..]) : throw new UsageException($"'{text}' is not FIELD=VALUE.");
    }

    /// <summary>A value as JSON: JSON as it is, anything else as a text.</summary>
    public static string JsonOrText(string value) => IsJson(value) ? value : Quoted(value);

    public static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text, AnswerJson.Relaxed.String);

    public static bool IsJson(string text)
    {
        var reader = new System.Text.Json.Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), new System.Text.Json.JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
            }

            return text.Length > 0;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>All of these: FIELD=VALUE, where VALUE is the text, or the number, true, false or null that it spells.</summary>
    public static JsonFilter Where(IEnumerable<string> conditions) => JsonFilter.AllOf(conditions.Select(condition =>
    {
        var (field, value) = Assignment(condition);
        var text = JsonFilter.EqualTo(field, value);
        return value switch
        {
            "true" or "false" => text | JsonFilter.EqualTo(field, value == "true"),
            "null" => text | JsonFilter.IsNull(field),
            _ when long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var whole) => text | JsonFilter.EqualTo(field, whole),
            _ when IsJson(value) && double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) => text | JsonFilter.EqualTo(field, number),
            _ => text,
        };
    }));

    /// <summary>How a count by text is written: the words that stand for what is no text are in brackets.</summary>
    public static IReadOnlyDictionary<string, long> Named(this QueueCounts counts)
    {
        var texts = counts.ByText.Keys.ToArray();
        Array.Sort(texts, (x, y) => counts.ByText[y].CompareTo(counts.ByText[x]) is not 0 and var order ? order : string.CompareOrdinal(x, y));
        var named = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
            named.Add(text, counts.ByText[text]);
        Name("(absent)", counts.Absent);
        Name("(null)", counts.Null);
        Name("(not a string)", counts.NotText);
        return named;

        void Name(string name, long count)
        {
            if (count > 0)
                named[name] = count + (named.TryGetValue(name, out var same) ? same : 0);
        }
    }

    private static QueueSource OfStandardInput(Stream stream) => QueueSource.FromStream(stream, StandardInput);
}
