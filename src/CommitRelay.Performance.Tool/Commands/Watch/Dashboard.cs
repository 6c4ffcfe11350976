using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Draws a state of the dashboard at a width: two panels side by side, from 160 columns on four.</summary>
internal static class Dashboard
{
    private const int WideFrom = 160;
    private const int EventsShown = 8;
    private const int RowsShown = 6;

    /// <summary>How many of the busiest processes there is room for.</summary>
    public const int ProcessesShown = RowsShown + 2;

    private const string Bars = "▁▂▃▄▅▆▇█";
    private static readonly string[] Trouble = ["warning", "error", "critical"];

    /// <param name="state">What to show.</param>
    /// <param name="view">What the keys have chosen.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Its rows, which the picture does not reach: the last one would make it scroll.</param>
    public static IRenderable Render(DashboardState state, DashboardView view, int width, int height = int.MaxValue)
    {
        var columns = width >= WideFrom ? 4 : 2;
        var room = width / columns;
        (string Title, IEnumerable<string> Lines)[] panels =
        [
            (state.QueueIsBehind ? "queue, read a while ago" : "queue", Queue(state, room - 4)),
            ("alerts", state.Alerts.Count == 0 ? ["none"] : state.Alerts.Take(RowsShown + 2)),
            ("machine", Machine(state.Resources)),
            ("tokens and limits", Tokens(state)),
            ("workers", Workers(state)),
            ($"events, {Format.Number(state.EventsPerMinute)} a minute{(view.OnlyTrouble ? ", trouble only" : "")}", Events(state, view)),
            ($"processes by {(view.Sort == ProcessOrder.Cpu ? "cpu" : "memory")}", Processes(state, view)),
            ("queue by status", state.ByStatus.Take(RowsShown + 2).Select(static status => $"{Format.Count(status.Value),8}  {status.Key}")),
        ];
        var grid = new Grid { Width = width }.Collapse();
        for (var column = 0; column < columns; column++)
            grid.AddColumn(new GridColumn { Width = room, Padding = new Padding(0), NoWrap = true });
        var rows = panels.Chunk(columns).ToList();
        foreach (var (row, lines) in rows.Zip(Heights([.. rows.Select(static row => row.Max(static panel => panel.Lines.Count()))], height - 2)))
            grid.AddRow([.. row.Select(panel => Panel(panel.Title, panel.Lines, lines, room))]);

        return new Rows(new Text(Fit($"relay-perf  {state.Home}  {Format.Instant(state.At)}   s sort  f filter  q quit", width)), grid);
    }

    /// <summary>Lines of each row of panels: the tallest gives way first; what is left without a line is not shown.</summary>
    private static int[] Heights(int[] wanted, int room)
    {
        const int frame = 2;
        while (wanted.Length > 0 && wanted.Sum(static lines => lines + frame) > room)
        {
            var tallest = Array.IndexOf(wanted, wanted.Max());
            if (wanted[tallest] > 1)
                wanted[tallest]--;
            else
                wanted = wanted[..^1];
        }

        return wanted;
    }

    private static Panel Panel(string title, IEnumerable<string> lines, int height, int width)
    {
        var rows = lines.Concat(Enumerable.Repeat("", height)).Take(height).Select(line => new Text(Fit(line, width - 4)));
        return new Panel(new Rows(rows)) { Header = new PanelHeader(Markup.Escape(title)), Border = BoxBorder.Rounded, Width = width };
    }

    private static IEnumerable<string> Queue(DashboardState state, int width)
    {
        if (state.Queue is not { } queue)
            return [state.QueueFault ?? "no queue"];
        const string history = "queued over time  ";
        return
        [
            $"queued   {Format.Count(queue.Queued),10}",
            $"running  {Format.Count(queue.Running),10}",
            $"finished {Format.Count(queue.Finished),10}   {(state.FinishedPerMinute is { } rate ? Format.Number(rate) + " a minute" : "")}",
            $"longest wait {(state.LongestWait is { } wait ? Format.Seconds(wait) : "unknown")}",
            $"{history}{Spark(state.QueuedHistory, width - history.Length)}",
        ];
    }

    private static IEnumerable<string> Machine(ResourcesAnswer machine) =>
    [
        $"cpu     {Gauge(machine.Cpu["limit_utilization"].Unknown is null ? machine.Cpu["limit_utilization"] : machine.Cpu["utilization"])}",
        $"memory  {Gauge(machine.Memory["utilization"])}",
        $"disk    {Gauge(machine.Disk["utilization"])}",
        $"busy    {Gauge(machine.Disk["busy"])}",
        $"load    {machine.Cpu["load_1"]}  {machine.Cpu["load_5"]}  {machine.Cpu["load_15"]}",
        $"swap    {machine.Swap["used"]}   io stalled {machine.Pressure["io_some"]}",
    ];

    private static IEnumerable<string> Tokens(DashboardState state) =>
    [
        $"budget    {(state.TokensTotal is { } total ? Format.Count(total) : "unknown")}",
        $"available {(state.TokensAvailable is { } left ? Format.Count(left) : "unknown")}",
        $"calls refused {(state.Refused is { } refused ? Format.Number(refused) : "unknown")}",
    ];

    private static IEnumerable<string> Workers(DashboardState state)
    {
        yield return $"{Format.Count(state.Workers.Count)} active" + (state.WorkersUnreadable > 0 ? $", {Format.Count(state.WorkersUnreadable)} unreadable" : "") + (state.Workers.Count(static worker => worker.Overrunning) is > 0 and var over ? $", {over} over time" : "");
        foreach (var worker in state.Workers.OrderByDescending(static worker => worker.AgeSeconds).Take(RowsShown))
            yield return $"{(worker.AgeSeconds is { } age ? Format.Seconds(age) : "?"),10}  {worker.WorkerId ?? worker.File}  {worker.WorkerType}";
    }

    private static IEnumerable<string> Events(DashboardState state, DashboardView view)
        => state.Events.Where(told => !view.OnlyTrouble || IsTrouble(told)).Take(EventsShown).Select(static told => $"{told.Timestamp?.ToUniversalTime().ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) ?? "        "} {told.Type} {told.Message}").DefaultIfEmpty("none");

    private static bool IsTrouble(RelayEvent told)
        => Trouble.Contains(told.Severity, StringComparer.OrdinalIgnoreCase) || (told.Type?.Contains("error", StringComparison.OrdinalIgnoreCase) ?? false);

    private static IEnumerable<string> Processes(DashboardState state, DashboardView view)
    {
        var order = view.Sort == ProcessOrder.Memory ? state.Processes.OrderByDescending(static process => process.Resident) : state.Processes.OrderByDescending(static process => process.CpuNow);
        return order.Take(ProcessesShown).Select(static process => $"{process.Pid,7} {Format.Number(process.CpuNow ?? 0),5} {Format.Bytes(process.Resident ?? 0),10} {process.Command}");
    }

    private static string Gauge(ReadingAnswer reading)
    {
        if (reading.Number is not { } ratio)
            return "unknown";
        var full = (int)Math.Round(10 * Math.Clamp(ratio, 0, 1));
        return new string('█', full) + new string('░', 10 - full) + " " + Format.Percent(ratio);
    }

    /// <summary>The last values that fit, as bars.</summary>
    public static string Spark(IReadOnlyList<double> values, int width)
    {
        var last = values.Skip(Math.Max(0, values.Count - width)).ToList();
        var most = Math.Max(1, last.DefaultIfEmpty(0).Max());
        return string.Concat(last.Select(value => Bars[(int)Math.Clamp(value / most * (Bars.Length - 1), 0, Bars.Length - 1)]));
    }

    private static string Fit(string text, int width)
    {
        text = Terminal.Printable(text);
        return text.Length <= width ? text : width > 1 ? text[..(width - 1)] + "…" : "";
    }
}
