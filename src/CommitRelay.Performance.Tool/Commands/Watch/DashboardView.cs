using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What the keys have chosen.</summary>
internal sealed class DashboardView
{
    public ProcessOrder Sort { get; set; } = ProcessOrder.Cpu;

    /// <summary>Show only warnings and errors among the events.</summary>
    public bool OnlyTrouble { get; set; }

    public bool HasEnded { get; private set; }

    /// <summary>Takes what was typed; true when the picture must change.</summary>
    public bool TakeKeys()
    {
        var changed = false;
        while (!Console.IsInputRedirected && Console.KeyAvailable)
            changed |= Take(Console.ReadKey(intercept: true).KeyChar);
        return changed;
    }

    public bool Take(char key)
    {
        switch (key)
        {
            case 's':
                Sort = Sort == ProcessOrder.Cpu ? ProcessOrder.Memory : ProcessOrder.Cpu;
                return true;
            case 'f':
                OnlyTrouble = !OnlyTrouble;
                return true;
            case 'q':
                HasEnded = true;
                return true;
            default:
                return false;
        }
    }
}
