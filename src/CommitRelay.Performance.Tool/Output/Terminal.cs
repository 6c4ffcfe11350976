using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CommitRelay.Performance.Tool;

/// <summary>Text for people: colours on a terminal only, names from files never taken for markup or control sequences.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 200;

    public static IAnsiConsole Create(TextWriter writer, int? width)
    {
        var colours = width is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width ?? WidthOfFiles;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    public static Table Table(params ReadOnlySpan<string> headers)
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (var header in headers)
        {
            // A header that begins with a blank stands over numbers: where the terminal is narrow, texts wrap and numbers stay whole.
            var isNumber = header.StartsWith(' ');
            var column = new TableColumn(new Text(header.Trim())) { NoWrap = isNumber };
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        return table;
    }

    public static Table Row(this Table table, params ReadOnlySpan<string?> cells)
    {
        var row = new List<IRenderable>(cells.Length);
        foreach (var cell in cells)
            row.Add(new Text(Printable(cell ?? "-")));
        table.AddRow(row);
        return table;
    }

    /// <summary>Says how much a change keeps, where that is anything.</summary>
    public static void KeptForUndo(this IAnsiConsole console, long? bytes)
    {
        if (bytes > 0)
            console.Line($"{Format.Bytes(bytes.Value)} are kept for relay-perf undo until the next change; --no-undo frees them at once.");
    }

    public static void Line(this IAnsiConsole console, string text) => console.Write(new Text(Printable(text) + "\n"));

    /// <summary>Control characters, such as the line feed some folder names begin with, made visible.</summary>
    public static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            return text;
        var visible = new StringBuilder(text.Length + 4);
        foreach (var c in text)
            visible.Append(c switch { '\n' => "\\n", '\t' => "\\t", '\r' => "\\r", < ' ' => "\\x" + ((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture), _ => c.ToString() });
        return visible.ToString();
    }
}
