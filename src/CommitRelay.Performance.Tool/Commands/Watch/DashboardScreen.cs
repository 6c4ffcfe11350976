using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>The terminal's second screen, on which pictures replace each other; the first one comes back as it was.</summary>
internal sealed class DashboardScreen(ToolHost host)
{
    private (int Width, int Height) _drawn;

    public bool HasChangedSize => _drawn != Size;

    private (int Width, int Height) Size => Console.IsOutputRedirected ? (host.TerminalWidth!.Value, int.MaxValue) : (Math.Max(40, Console.WindowWidth), Console.WindowHeight);

    public async Task ShowAsync(Func<Task> work)
    {
        Write("\e[?1049h\e[?25l");
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            Write("\e[?25h\e[?1049l");
        }
    }

    /// <summary>Overwrites in place and in one write, since clearing first would flicker; only another size clears.</summary>
    public void Draw(DashboardState state, DashboardView view)
    {
        var size = Size;
        using (var writer = new StreamWriter(host.Out, leaveOpen: true))
        {
            writer.Write(size == _drawn ? "\e[?2026h\e[H" : "\e[?2026h\e[2J\e[H");
            var console = Terminal.Create(writer, size.Width);
            console.Write(Dashboard.Render(state, view, size.Width, size.Height));
            writer.Write("\e[J\e[?2026l");
        }

        host.Out.Flush();
        _drawn = size;
    }

    private void Write(string control)
    {
        host.Out.Write(System.Text.Encoding.ASCII.GetBytes(control));
        host.Out.Flush();
    }
}
