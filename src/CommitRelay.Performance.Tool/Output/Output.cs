using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;
using Spectre.Console;

namespace CommitRelay.Performance.Tool;

/// <summary>Where answers go: standard output holds the answer and nothing else, as text or as JSON; messages go to standard error.</summary>
internal sealed class Output(ToolHost host, bool json, Progress progress)
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    /// <summary>Text as it is rather than escaped.</summary>
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => json;

    /// <summary>One answer: as JSON, or as the text that is written for people.</summary>
    public void Answer<T>(T answer, JsonTypeInfo<T> type, Action<IAnsiConsole> text)
    {
        if (!json)
        {
            Text(text);
            return;
        }

        progress.End();
        using (var writer = new Utf8JsonWriter(host.Out, Writing))
            JsonSerializer.Serialize(writer, answer, type);
        host.Out.Write(LineFeed);
    }

    /// <summary>An answer of which only the text is given: nothing where JSON is wanted.</summary>
    public void Text(Action<IAnsiConsole> text)
    {
        progress.End();
        using var writer = new StreamWriter(host.Out, leaveOpen: true);
        text(Terminal.Create(writer, host.TerminalWidth));
    }

    /// <summary>One line of a JSON Lines answer, in both modes. Line feeds outside strings are left out; all other bytes stay.</summary>
    public void JsonLine(ReadOnlySpan<byte> value)
    {
        progress.End();
        OneLine.Write(value, host.Out);
        host.Out.Write(LineFeed);
    }

    /// <summary>A message for people, on standard error: one line, whatever names it holds.</summary>
    public void Say(string message)
    {
        progress.End();
        host.Error.WriteLine(Terminal.Printable(message));
    }

    /// <summary>Why the command failed: on standard error, and for programs as JSON on standard output.</summary>
    public void Fail(Exception fault)
    {
        Say(fault.Message);
        if (!json)
            return;
        var place = fault as JsonFormatException;
        Answer(new ErrorAnswer(new ErrorDetail(fault.Message, place?.File ?? (fault as FileNotFoundException)?.FileName, place?.Line, place?.ByteOffset, place?.JsonPath)), AnswerJson.Default.ErrorAnswer, static _ => { });
    }
}

internal sealed record ErrorAnswer(ErrorDetail Error);

/// <summary>What failed; file, line (1-based), byte offset (0-based) and JSON path where they are known.</summary>
internal sealed record ErrorDetail(string Message, string? File, long? Line, long? ByteOffset, string? Path);
