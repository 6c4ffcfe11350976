using System.Globalization;
using System.Net;
using System.Text;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Plots as inline SVG. Colours are classes of the page's style, so that they follow light and dark.</summary>
internal static class SvgChart
{
    private const double Width = 720, Height = 240, Left = 104, Right = 12, Top = 20, Bottom = 28;

    /// <summary>Lines over time. A gap of three usual steps breaks a line: nobody looked there.</summary>
    public static string Lines(DateTimeOffset since, DateTimeOffset until, IReadOnlyList<(string Name, IReadOnlyList<(DateTimeOffset At, double Value)> Points)> series, Func<double, string> format)
    {
        var values = series.SelectMany(static one => one.Points).Select(static point => point.Value).ToList();
        if (values.Count == 0)
            return Empty;
        var (low, high) = Range(Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        double X(DateTimeOffset at) => Left + ((Width - Left - Right) * ((at - since) / (until - since)));
        double Y(double value) => Top + ((Height - Top - Bottom) * (high - value) / (high - low));
        var svg = Begin($"{string.Join(", ", series.Select(static one => one.Name))} over time");
        Axes(svg, since, until, low, high, format);
        for (var number = 0; number < series.Count; number++)
            svg.Append(CultureInfo.InvariantCulture, $"<path class='line s{number + 1}' d='{Path(series[number].Points, X, Y)}'><title>{Text(series[number].Name)}</title></path>");
        return svg.Append("</svg>").Append(Legend(series.Select(static one => one.Name))).ToString();
    }

    /// <summary>Columns over time, one a step.</summary>
    public static string Columns(DateTimeOffset since, DateTimeOffset until, TimeSpan step, IReadOnlyList<(DateTimeOffset At, double Value)> points, Func<double, string> format)
    {
        if (points.Count == 0)
            return Empty;
        var (_, high) = Range(0, points.Max(static point => point.Value));
        var width = (Width - Left - Right) * (step / (until - since));
        var svg = Begin("counts over time");
        Axes(svg, since, until, 0, high, format);
        foreach (var (at, value) in points)
        {
            var height = (Height - Top - Bottom) * value / high;
            var left = Left + ((Width - Left - Right) * ((at - (step / 2) - since) / (until - since)));
            svg.Append(CultureInfo.InvariantCulture, $"<rect class='bar' x='{N(left)}' y='{N(Height - Bottom - height)}' width='{N(Math.Max(1, width - 1))}' height='{N(height)}'><title>{Text(Format.Instant(at))}: {Text(format(value))}</title></rect>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>Bars, one a name: boxes, not SVG, since names must wrap in a narrow window.</summary>
    public static string Bars(IReadOnlyList<(string Name, double Value)> bars, Func<double, string> format)
    {
        if (bars.Count == 0)
            return Empty;
        var most = Math.Max(bars.Max(static bar => bar.Value), double.Epsilon);
        var rows = new StringBuilder("<dl class='bars'>");
        foreach (var (name, value) in bars)
            rows.Append(CultureInfo.InvariantCulture, $"<dt>{Text(name)}</dt><dd><i style='width:{N(Math.Max(0.5, 70 * Math.Max(0, value) / most))}%'></i>{Text(format(value))}</dd>");
        return rows.Append("</dl>").ToString();
    }

    private static string Empty => "<p class='none'>Nothing to show in this time.</p>";

    private static StringBuilder Begin(string label)
        => new StringBuilder().Append(CultureInfo.InvariantCulture, $"<svg viewBox='0 0 {Width} {Height}' role='img' aria-label='{Text(label)}'>");

    /// <summary>A grid of four steps each way, with values at the left and times below.</summary>
    private static void Axes(StringBuilder svg, DateTimeOffset since, DateTimeOffset until, double low, double high, Func<double, string> format)
    {
        DateTimeOffset? before = null;
        for (var tick = 0; tick <= 4; tick++)
        {
            var y = Top + ((Height - Top - Bottom) * (4 - tick) / 4);
            var at = (since + ((until - since) * (tick / 4.0))).ToUniversalTime();
            svg.Append(CultureInfo.InvariantCulture, $"<line class='grid' x1='{Left}' x2='{Width - Right}' y1='{N(y)}' y2='{N(y)}'/><text x='{Left - 8}' y='{N(y + 4)}' text-anchor='end'>{Text(format(low + ((high - low) * tick / 4)))}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text{(tick % 2 == 1 ? " class='minor'" : "")} x='{N(Left + ((Width - Left - Right) * tick / 4))}' y='{Height - 8}' text-anchor='{(tick == 0 ? "start" : tick == 4 ? "end" : "middle")}'>{Label(at, before, until - since)}</text>");
            before = at;
        }
    }

    /// <summary>As short as can be: the year, and in a short time the day, only where it is another than that of the label before.</summary>
    private static string Label(DateTimeOffset at, DateTimeOffset? before, TimeSpan whole)
    {
        var isShort = whole.TotalDays <= 2;
        var format = at.Year != before?.Year ? (isShort ? "MMM d HH:mm" : "MMM d yyyy") : !isShort ? "MMM d" : at.Date != before.Value.Date ? "MMM d HH:mm" : "HH:mm";
        return at.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Legend(IEnumerable<string> names)
        => "<ul class='legend'>" + string.Concat(names.Select(static (name, place) => $"<li><i class='s{place + 1}'></i>{Text(name)}</li>")) + "</ul>";

    private static string Path(IReadOnlyList<(DateTimeOffset At, double Value)> points, Func<DateTimeOffset, double> x, Func<double, double> y)
    {
        var gaps = points.Zip(points.Skip(1), static (one, next) => next.At - one.At).Order().ToList();
        var longest = gaps.Count == 0 ? TimeSpan.MaxValue : 3 * gaps[gaps.Count / 2];
        var path = new StringBuilder();
        for (var place = 0; place < points.Count; place++)
        {
            var starts = place == 0 || points[place].At - points[place - 1].At > longest;
            path.Append(starts ? 'M' : 'L').Append(N(x(points[place].At))).Append(' ').Append(N(y(points[place].Value)));
            if (starts && (place + 1 == points.Count || points[place + 1].At - points[place].At > longest))
                path.Append("h1");
        }

        return path.ToString();
    }

    /// <summary>Round bounds around the values: steps of 1, 2 or 5.</summary>
    private static (double Low, double High) Range(double low, double high)
    {
        if (high <= low)
            return (low, low + 1);
        var step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 4)));
        step *= ((high - low) / 4 / step) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        low = Math.Floor(low / step) * step;
        return (low, Math.Max(low + (4 * step), Math.Ceiling(high / step) * step));
    }

    private static string N(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(Terminal.Printable(text));
}
