using System.CommandLine;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>queue watch</c>: queued, running and finished tasks and how they change.</summary>
internal static class QueueWatchCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.EditedQueueFile();
        var interval = CommonOptions.Duration("--interval", "Time between two looks.", "1s");
        var samples = CommonOptions.Count("--samples", "Looks before the command ends; 0 for no end. Default 0.", 0);
        return new ToolCommand(host, "watch", "Shows queued, running and finished tasks and their rates, a line a look; the file is read only when it has changed.", "relay-perf queue watch --interval 5s") { file, interval, samples }
            .Does(async run =>
            {
                var watch = new Watch(run.Get(file) ?? run.Home.TaskQueue, run);
                await run.RepeatAsync(run.Get(interval), run.Get(samples), watch.LookAsync).ConfigureAwait(false);
                return ExitCodes.Fine;
            });
    }

    private sealed class Watch(string path, CommandRun run)
    {
        private readonly PacedFile _file = new(path, run.Time, restsFor: 0);
        private QueueFigures? _figures;
        private QueueWatchAnswer? _last;

        public async Task LookAsync()
        {
            var now = run.Time.GetUtcNow();
            await _file.LookAsync(ReadAsync).ConfigureAwait(false);
            var counts = QueuePhases.Of(_figures!.ByStatus);
            var answer = new QueueWatchAnswer(now, counts.Queued, counts.Running, counts.Finished, counts.Other, null, null);
            if (_last is { } last && (now - last.At).TotalMinutes is > 0 and var minutes)
                answer = answer with { FinishedPerMinute = (counts.Finished - last.Finished) / minutes, QueuedPerMinute = (counts.Queued - last.Queued) / minutes };
            _last = answer;
            run.Output.Answer(answer, AnswerJson.Default.QueueWatchAnswer, console => console.Line(
                $"{Format.Instant(now)}  queued {Format.Count(counts.Queued)}  running {Format.Count(counts.Running)}  finished {Format.Count(counts.Finished)}" +
                (answer.FinishedPerMinute is { } rate ? $"  {Format.Number(rate)} finished/min" : "")));
        }

        private async Task ReadAsync()
        {
            try
            {
                _figures = (await QueueSurvey.ReadAsync(path, cancellationToken: run.Stop).ConfigureAwait(false)).Figures;
            }
            catch (Exception fault) when (_figures is not null && Evidence.IsFault(fault))
            {
                // A writer may be at it: the last good figures stand.
                run.Output.Say(fault.Message);
            }
        }
    }
}

internal sealed record QueueWatchAnswer(DateTimeOffset At, long Queued, long Running, long Finished, long Other, double? QueuedPerMinute, double? FinishedPerMinute);
