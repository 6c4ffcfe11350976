using System.CommandLine;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events read</c>: events that match, one a line; the last ones; what comes.</summary>
internal static class EventReadCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.EventFile();
        var type = new Option<string[]>("--type") { Description = "Only events of one of these types.", HelpName = "T" };
        var where = new Option<string[]>("--where") { Description = "Only events whose member has this value; several conditions must all hold.", HelpName = "FIELD=VALUE" };
        var last = CommonOptions.OptionalCount("--last", "The last so many, read from the file's end.");
        var follow = new Option<bool>("--follow") { Description = "Go on with what is appended, through rolls, until stopped." };
        return new ToolCommand(host, "read", "Events as JSON Lines, however they lie in the file; damage is told on standard error.", "relay-perf events read --type worker_presumed_dead --last 20") { file, type, where, last, follow }
            .Does(async run =>
            {
                var filter = EventInputs.OfTypes(run.Get(type)!) & Inputs.Where(run.Get(where)!);
                var path = run.Get(file) ?? run.Home.Events;
                var damaged = 0L;
                var options = new EventReaderOptions { OnDamaged = damage => { damaged++; run.Output.Say($"{damage.File}: bytes {damage.Offset} to {damage.Offset + damage.Length}: {damage.Reason}"); } };
                if (path == "-")
                    await PrintInputAsync(run, options, filter, run.Get(last)).ConfigureAwait(false);
                else if (run.Get(follow))
                    await FollowAsync(run, new EventReader(path, options), filter, run.Get(last)).ConfigureAwait(false);
                else
                    await PrintAsync(run, new EventReader(Inputs.Existing(path), options), filter, run.Get(last)).ConfigureAwait(false);
                return damaged == 0 ? ExitCodes.Fine : ExitCodes.Findings;
            });
    }

    private static async Task PrintAsync(CommandRun run, EventReader reader, JsonFilter filter, int? last)
    {
        if (last is { } count)
        {
            foreach (var text in await reader.LastRawAsync(count, filter, run.Stop).ConfigureAwait(false))
                run.Output.JsonLine(text.Json.Span);
            return;
        }

        await foreach (var text in reader.ReadRawAsync(filter, run.Stop).ConfigureAwait(false))
            run.Output.JsonLine(text.Json.Span);
    }

    /// <summary>Standard input in one pass, as it comes until it ends; of the last ones so many are kept meanwhile.</summary>
    private static async Task PrintInputAsync(CommandRun run, EventReaderOptions options, JsonFilter filter, int? last)
    {
        var kept = new Queue<byte[]>();
        var events = EventReader.ReadRawStreamAsync(run.Host.OpenInput(), Inputs.StandardInput, options, filter, run.Stop).GetAsyncEnumerator(run.Stop);
        while (await NextAsync().ConfigureAwait(false))
        {
            if (last is null)
                run.Output.JsonLine(events.Current.Json.Span);
            else if (last > 0)
                Keep(events.Current.Json);
        }

        foreach (var json in kept)
            run.Output.JsonLine(json);

        async ValueTask<bool> NextAsync()
        {
            var next = events.MoveNextAsync();
            if (next.IsCompleted)
                return await next.ConfigureAwait(false);

            // Before more has come, what there is is shown. The console's stream blocks whoever reads it: a read can only be left, with all that waits for it.
            run.Host.Out.Flush();
            return await next.AsTask().WaitAsync(run.Stop).ConfigureAwait(false);
        }

        void Keep(ReadOnlyMemory<byte> json)
        {
            if (kept.Count == last)
                kept.Dequeue();
            kept.Enqueue(json.ToArray());
        }
    }

    /// <summary>The last ones first, where asked for; then all that comes from there on.</summary>
    private static async Task FollowAsync(CommandRun run, EventReader reader, JsonFilter filter, int? last)
    {
        run.Progress.End();
        var skip = last is { } count && File.Exists(reader.Path) ? Math.Max(0, await reader.CountAsync(filter, run.Stop).ConfigureAwait(false) - count) : 0;
        try
        {
            await foreach (var record in reader.FollowAsync(AnswerJson.Default.JsonElement, null, filter, run.Stop).ConfigureAwait(false))
            {
                if (skip-- > 0)
                    continue;
                run.Output.JsonLine(System.Text.Encoding.UTF8.GetBytes(record.Value.GetRawText()));
                run.Host.Out.Flush();
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Being stopped is how following ends.
        }
    }
}
