using System.Text;
using System.Text.Json;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>One run of the program in this process, with its output caught.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    public static Task<ToolRun> OfAsync(params string[] args) => OfAsync("", TimeProvider.System, args);

    public static async Task<ToolRun> OfAsync(string input, TimeProvider time, params string[] args)
    {
        var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await RelayPerf.RunAsync(args, new ToolHost { OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)), Out = output, Error = error, Time = time });
        return new ToolRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>The one JSON object on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The run, which must have ended well.</summary>
    public ToolRun Fine()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Out}");
        return this;
    }
}
