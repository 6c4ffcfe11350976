using System.Net;
using System.Text;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>The page: sections of plots, a style for light and dark and for narrow and wide windows, no script.</summary>
internal static class ReportPage
{
    private static readonly (string Name, int Percent)[] WaitsShown = [("half of them at most (p50)", 50), ("p90", 90), ("p99", 99)];

    private const string Style = """
        :root{color-scheme:light dark;--ground:#fff;--card:#f6f7f9;--ink:#1b1f24;--soft:#59636e;--grid:#d8dde3;--s1:#0b62c4;--s2:#c2410c;--s3:#15803d;--s4:#7e22ce}
        @media (prefers-color-scheme:dark){:root{--ground:#0e1116;--card:#171b22;--ink:#e8ecf1;--soft:#9aa4b0;--grid:#2d343d;--s1:#6cb2ff;--s2:#ff9d5c;--s3:#5fd38a;--s4:#c79bff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        header,main,footer{max-width:1400px;margin:0 auto;padding:16px}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:0 0 8px}
        header p,footer,.none,.note{color:var(--soft);margin:4px 0;overflow-wrap:anywhere}
        .figures{display:flex;flex-wrap:wrap;gap:12px;padding:0;margin:12px 0 0;list-style:none}
        .figures li{background:var(--card);border-radius:8px;padding:8px 14px}
        .figures b{display:block;font-size:1.3rem}
        main{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));padding-top:0}
        section{background:var(--card);border-radius:10px;padding:14px;min-width:0}
        svg{display:block;width:100%;height:auto}
        svg text{fill:var(--soft);font-size:13px}
        .grid{stroke:var(--grid);stroke-width:1}
        .line{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
        .line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}.line.s4{stroke:var(--s4)}
        .bar{fill:var(--s1)}
        .legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:8px 0 0;padding:0;font-size:.9rem}
        .legend i{display:inline-block;width:14px;height:4px;border-radius:2px;margin-right:6px;vertical-align:middle}
        i.s1{background:var(--s1)}i.s2{background:var(--s2)}i.s3{background:var(--s3)}i.s4{background:var(--s4)}
        .bars{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,5fr);gap:4px 10px;margin:0;font-size:.9rem}
        .bars dt{color:var(--soft);text-align:right;overflow-wrap:anywhere}
        .bars dd{margin:0;display:flex;align-items:center;gap:8px;white-space:nowrap}
        .bars i{height:14px;border-radius:3px;background:var(--s1)}
        @media (max-width:600px){svg text{font-size:24px}svg text.minor{display:none}.bars{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
        """;

    public static string Write(ReportData data)
    {
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width,initial-scale=1'><title>relay-perf report</title><style>{Style}</style></head>\n<body><header><h1>Commit Relay: how the home is doing</h1>");
        page.Append($"<p>{Text(data.Home)}</p><p>{Format.Instant(data.Since)} to {Format.Instant(data.Until)} (UTC)</p><ul class='figures'>");
        Figure(page, "tasks", Format.Count(data.ByStatus.Values.Sum()));
        Figure(page, "events in this time", Format.Count(data.Events));
        Figure(page, "calls refused", Format.Count((long)data.RefusedCalls.Columns(data.Since, data.Until, static calls => calls.Sum()).Sum(static column => column.Value)));
        Figure(page, "longest wait", data.Waits.Count > 0 ? Format.Seconds(data.Waits[^1].Seconds) : "unknown");
        page.Append("</ul>");
        foreach (var fault in data.Faults)
            page.Append($"<p>{Text(fault)}</p>");
        page.Append("</header>\n<main>");
        Section(page, "Queue depth", OverTime(data, Format.Number, ("pending", "tasks.pending"), ("in progress", "tasks.in_progress"), ("completed", "tasks.completed")));
        Section(page, "Queue now, by status", SvgChart.Bars([.. data.ByStatus.Select(static status => (status.Key, (double)status.Value))], Format.Number));
        Section(page, "Waits from created to started (else assigned)", SvgChart.Bars(data.Waits, Format.Seconds));
        Section(page, "Waits over time, by when they ended", Waits(data));
        Section(page, "Workers", OverTime(data, Format.Number, ("active", "workers.active"), ("completed", "workers.completed"), ("failed", "workers.failed")));
        Section(page, "Mean duration of workers, by type", SvgChart.Bars([.. data.Durations.Select(static type => ($"{type.Type} ({type.Duration.Count})", type.Duration.Mean))], Format.Seconds));
        Section(page, $"Events, one column for {Format.Seconds(Math.Round(TimeBins.Step(data.Since, data.Until).TotalSeconds))}", Columns(data, data.EventRate));
        Section(page, "Events by type", SvgChart.Bars([.. data.EventTypes.OrderByDescending(static type => type.Value).Take(12).Select(static type => (type.Key, (double)type.Value))], Format.Number));
        Section(page, "Tokens", OverTime(data, static tokens => Short(tokens), ("budget", "tokens.total_budget"), ("available", "tokens.available")));
        Section(page, "Machine: share in use", OverTime(data, Format.Percent, ("processor", "resources.cpu"), ("memory", "resources.memory"), ("disk free", "resources.disk_free")));
        Section(page, "Calls refused by a rate limit", Columns(data, data.RefusedCalls));
        return page.Append("</main>\n<footer>Written by relay-perf report. Times are UTC.</footer></body></html>\n").ToString();
    }

    private static string OverTime(ReportData data, Func<double, string> format, params ReadOnlySpan<(string Name, string Path)> lines)
    {
        var series = new List<(string, IReadOnlyList<(DateTimeOffset, double)>)>();
        foreach (var (name, path) in lines)
        {
            var points = data.Snapshots.Where(snapshot => snapshot[path] is not null).Select(snapshot => (snapshot.At, snapshot[path]!.Value)).ToList();
            if (points.Count > 0)
                series.Add((name, points));
        }

        return SvgChart.Lines(data.Since, data.Until, series, format);
    }

    private static string Columns(ReportData data, TimeBins bins)
        => SvgChart.Columns(data.Since, data.Until, TimeBins.Step(data.Since, data.Until), bins.Columns(data.Since, data.Until, static counts => counts.Sum()), Format.Number);

    private static string Waits(ReportData data)
    {
        var columns = data.WaitsOverTime.First is null ? [] : WaitsShown.Select(shown => (shown.Name, Points: data.WaitsOverTime.Columns(data.Since, data.Until, waits => Percentiles.OfUnsorted(waits, shown.Percent)))).ToList();
        var (seconds, unit) = Unit(columns.SelectMany(static column => column.Points).Select(static point => Math.Abs(point.Value)).DefaultIfEmpty(0).Max());
        return SvgChart.Lines(data.Since, data.Until, [.. columns.Select(column => (column.Name, (IReadOnlyList<(DateTimeOffset, double)>)[.. column.Points.Select(point => (point.At, point.Value / seconds))]))], value => $"{Format.Number(value)} {unit}");
    }

    private static void Figure(StringBuilder page, string name, string value) => page.Append($"<li><b>{Text(value)}</b>{Text(name)}</li>");

    private static void Section(StringBuilder page, string title, string content) => page.Append($"\n<section><h2>{Text(title)}</h2>{content}</section>");

    /// <summary>The unit of an axis: in seconds its steps would be round, and its labels would not.</summary>
    private static (double Seconds, string Name) Unit(double longest) => longest switch
    {
        >= 2 * 86400 => (86400, "d"),
        >= 2 * 3600 => (3600, "h"),
        >= 120 => (60, "min"),
        _ => (1, "s"),
    };

    private static string Short(double number) => Math.Abs(number) >= 1_000_000 ? Format.Number(number / 1_000_000) + " M" : Math.Abs(number) >= 1000 ? Format.Number(number / 1000) + " k" : Format.Number(number);

    private static string Text(string text) => WebUtility.HtmlEncode(Terminal.Printable(text));
}
