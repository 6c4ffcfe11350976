using System.Globalization;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.Child;

/// <summary>Processes that share one limit, for tests that race and kill.</summary>
internal static class RateLimitVerbs
{
    /// <summary>
    /// <c>pace FOLDER RATE COUNT JOURNAL</c>: takes so many permits at a rate that all sharers of the folder have together. The journal gets
    /// <c>POSITION BEFORE AFTER</c> for each: the place in the line, and timestamps (seconds) around the moment at which it became a permit.
    /// </summary>
    public static async Task<int> PaceAsync(string[] args)
    {
        var (rate, count) = (double.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
        using var state = new MachineRateLimitState(PaceFile.Open(args[0], "stress"), "stress", new PaceSettings { InitialRate = rate }, TimeProvider.System);
        using var journal = new StreamWriter(new FileStream(args[3], FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        Console.WriteLine("ready");
        for (var i = 0; i < count; i++)
        {
            var before = Seconds();
            var ticket = await state.ReserveAsync(default);
            while (ticket.Wait > TimeSpan.Zero)
            {
                await Task.Delay(ticket.Wait, TimeProvider.System);
                before = Seconds();
                ticket = await state.CheckAsync(ticket);
            }

            await journal.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{ticket.Positions[PaceState.Learned]:R} {before:R} {Seconds():R}"));
            if (i % 16 == 0)
                await journal.FlushAsync();
        }

        return state.ResetReason is null ? 0 : 1;
    }

    private static double Seconds() => (double)TimeProvider.System.GetTimestamp() / TimeProvider.System.TimestampFrequency;
}
