using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>events emit</c>: writes one event.</summary>
internal static class EventEmitCommand
{
    public static Command Create(ToolHost host)
    {
        var type = new Option<string>("--type") { Description = "What happened, such as worker_started.", HelpName = "T", Required = true };
        var severity = new Option<string>("--severity") { Description = "info, warning, error or critical. Default info.", HelpName = "S", DefaultValueFactory = _ => "info" };
        var message = new Option<string>("--message") { Description = "The text for people.", HelpName = "M", Required = true };
        var data = new Option<string?>("--data") { Description = "Particulars, a JSON value.", HelpName = "JSON" };
        var source = new Option<string>("--source") { Description = "Who says it. Default relay-perf.", HelpName = "NAME", DefaultValueFactory = _ => "relay-perf" };
        var file = new Option<string?>("--file") { Description = "The event file. Default: the home's dashboard-events.jsonl.", HelpName = "FILE" };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "emit", "Writes one event, under the lock that other writers join, and prints it.", "relay-perf events emit --type maintenance --severity info --message 'Logs rotated'") { type, severity, message, data, source, file, dryRun }
            .Does(async run =>
            {
                var now = run.Time.GetUtcNow();
                var told = new RelayEvent
                {
                    Id = $"evt-{now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}-{Environment.ProcessId}",
                    Timestamp = now,
                    Type = run.Get(type),
                    Severity = run.Get(severity),
                    Message = run.Get(message),
                    Source = run.Get(source),
                    Data = Parse(run.Get(data)),
                };
                if (!run.Get(dryRun))
                {
                    var writer = new EventWriter(run.Get(file) ?? run.Home.Events, timeProvider: run.Time);
                    await using (writer.ConfigureAwait(false))
                        await writer.WriteAsync(told, RelayJson.Event, Durability.Flushed, run.Stop).ConfigureAwait(false);
                }

                run.Output.JsonLine(JsonSerializer.SerializeToUtf8Bytes(told, RelayJson.Event));
                return ExitCodes.Fine;
            });
    }

    private static JsonElement? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, AnswerJson.Default.JsonElement);
        }
        catch (JsonException fault)
        {
            throw new UsageException($"--data is not JSON: {fault.Message}");
        }
    }
}
