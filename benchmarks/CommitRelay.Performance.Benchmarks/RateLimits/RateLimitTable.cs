using System.Globalization;
using System.Text;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>The recorded runs as a Markdown table: the median over the seeds of each row and contender.</summary>
internal static class RateLimitTable
{
    public static string Render(string resultsFolder)
    {
        var text = new StringBuilder();
        foreach (var folder in Directory.GetDirectories(resultsFolder).Order(StringComparer.Ordinal))
        {
            var entries = RateLimitResults.Read(Path.Combine(folder, RateLimitResults.FileName));
            if (entries.Length == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{Path.GetFileName(folder)}\n\n");
            text.Append("| clients on one key | with | goodput, of ideal | 429s of requests | p99, of ideal | failed | Jain | least/mean | also | seeds |\n|---|---|--:|--:|--:|--:|--:|--:|---|--:|\n");
            foreach (var row in RateLimitRow.All(60))
            {
                foreach (var contender in Contenders.All.Keys)
                    Append(text, row, contender, [.. entries.Where(entry => entry.Row == row.Name && entry.Contender == contender).Select(static entry => entry.Outcome)]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What only this row has; empty for most.</summary>
    public static string Also(RateLimitRow row, RateLimitOutcome outcome)
    {
        if (row.StrangerRate > 0)
            return string.Create(CultureInfo.InvariantCulture, $"he is refused {outcome.StrangerRefusedShare:P1}");
        if (row.Outage.To > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{outcome.OutageFirst} requests in its first 2 s, then at most {outcome.OutageMost} in a second; back after {outcome.RecoverySeconds:F1} s");
        return double.IsInfinity(row.KillAt) ? "" : string.Create(CultureInfo.InvariantCulture, $"{outcome.AfterKillRate:F1}/s from 1 s after the kill");
    }

    private static void Append(StringBuilder text, RateLimitRow row, string contender, RateLimitOutcome[] outcomes)
    {
        if (outcomes.Length == 0)
            return;
        var o = RateLimitOutcome.Median(outcomes);
        text.Append(CultureInfo.InvariantCulture,
            $"| {row.Title} | {contender} | {o.GoodputOfIdeal:F3} | {o.RefusedShare:P2} | {o.P99OfIdeal:F2} | {o.Failed} | {o.Jain:F3} | {o.LeastOfMean:F2} | {Also(row, o)} | {outcomes.Length} |\n");
    }
}
