namespace CommitRelay.Performance.TestHelpers;

/// <summary>Waits for a condition that another thread or process brings about; gives up after a time no healthy machine needs.</summary>
public static class Until
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    public static async Task True(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Guard);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
    }
}
