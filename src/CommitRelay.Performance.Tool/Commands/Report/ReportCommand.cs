using System.CommandLine;
using System.Text;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>report</c>: one page of plots that needs no network and no script.</summary>
internal static class ReportCommand
{
    public static Command Create(ToolHost host)
    {
        var html = new Option<string>("--html") { Description = "The page to write; an older one is replaced.", HelpName = "FILE", Required = true };
        var since = CommonOptions.Duration("--since", "How far back the plots go.", "7d");
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "report", "Writes one self-contained page of plots: queue depth and waits, worker durations, event rates, tokens, resources, refused calls.", "relay-perf report --html report.html --since 7d") { html, since, dryRun }
            .Does(async run =>
            {
                var data = await ReportData.GatherAsync(run, run.Get(since)).ConfigureAwait(false);
                var page = Encoding.UTF8.GetBytes(ReportPage.Write(data));
                if (!run.Get(dryRun))
                    await AtomicFile.WriteAllBytesAsync(run.Get(html)!, page, run.Stop).ConfigureAwait(false);
                var answer = new ReportAnswer(Path.GetFullPath(run.Get(html)!), page.Length, data.Since, data.Until, data.Snapshots.Count, data.Events);
                run.Output.Answer(answer, AnswerJson.Default.ReportAnswer, console => console.Line($"{answer.File}: {Format.Bytes(answer.Bytes)}, {Format.Count(answer.Snapshots)} snapshots and {Format.Count(answer.Events)} events from {Format.Instant(answer.Since)} to {Format.Instant(answer.Until)}."));
                return ExitCodes.Fine;
            });
    }
}

internal sealed record ReportAnswer(string File, long Bytes, DateTimeOffset Since, DateTimeOffset Until, int Snapshots, long Events);
