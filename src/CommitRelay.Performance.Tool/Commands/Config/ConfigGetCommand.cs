using System.CommandLine;
using System.Text.Json;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>config get</c>: one member of a JSON file.</summary>
internal static class ConfigGetCommand
{
    public static Command Create(ToolHost host)
    {
        var file = CommonOptions.File("The JSON file.");
        var path = new Argument<string>("PATH") { Description = "Such as services.max_workers_per_master, limits[0], types[?@.type_id=='scan-worker'].budget." };
        return new ToolCommand(host, "get", "The value of one member, as it is spelt in the file. Exit code 1 when there is none.", "relay-perf config get coordination/config/system.json services.max_workers_per_master") { file, path }
            .Does(async run =>
            {
                var value = await MemberOfFile.ReadAsync(run.Get(file)!, Inputs.Path(run.Get(path)!), run.Stop).ConfigureAwait(false);
                run.Output.Answer(new ConfigGetAnswer(run.Get(file)!, run.Get(path)!, value is not null, value), AnswerJson.Default.ConfigGetAnswer, console => console.Line(value?.GetRawText() ?? $"There is nothing at {run.Get(path)}."));
                return value is null ? ExitCodes.Findings : ExitCodes.Fine;
            });
    }
}

/// <summary>Reads one member of a JSON file.</summary>
internal static class MemberOfFile
{
    public static async Task<JsonElement?> ReadAsync(string file, JsonPath path, CancellationToken stop)
    {
        var bytes = await File.ReadAllBytesAsync(Inputs.Existing(file), stop).ConfigureAwait(false);
        try
        {
            return path.TryFind(Checked(bytes), out var value) ? JsonSerializer.Deserialize(value, AnswerJson.Default.JsonElement) : null;
        }
        catch (JsonException fault)
        {
            // The survey of a queue knows where any JSON is broken.
            await Queues.QueueSurvey.ReadAsync(file, cancellationToken: stop).ConfigureAwait(false);
            throw new InvalidDataException($"{file}: {fault.Message}", fault);
        }
    }

    private static ReadOnlySpan<byte> Checked(byte[] bytes)
    {
        JsonSerializer.Deserialize(bytes, AnswerJson.Default.JsonElement);
        return bytes;
    }
}

internal sealed record ConfigGetAnswer(string File, string Path, bool Found, JsonElement? Value);
