using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Environments;

namespace CommitRelay.Performance.Benchmarks.Reports;

/// <summary>What a figure was measured with: commit, SDK, runtime, OS, processor and the peers' versions.</summary>
internal static class Versions
{
    /// <summary>A folder name for this processor, such as <c>amd-epyc-7763</c>.</summary>
    public static string ProcessorFolder
    {
        get
        {
            var words = new StringBuilder();
            foreach (var c in Processor.ToLowerInvariant())
            {
                if (char.IsAsciiLetterOrDigit(c))
                    words.Append(c);
                else if (words.Length > 0 && words[^1] != '-')
                    words.Append('-');
            }

            return words.ToString().Trim('-');
        }
    }

    public static string Text => string.Join('\n',
        $"commit   {InformationalVersion}",
        $"sdk      {Metadata("SdkVersion")}",
        $"runtime  {RuntimeInformation.FrameworkDescription}",
        $"os       {RuntimeInformation.OSDescription}",
        $"cpu      {Processor}, {Environment.ProcessorCount} logical",
        $"peers    {string.Join(", ", Peers())}",
        "");

    private static string Processor => HostEnvironmentInfo.GetCurrent().Cpu.Value.ProcessorName is { Length: > 0 } name ? name : RuntimeInformation.ProcessArchitecture.ToString();

    private static string InformationalVersion => typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static string Metadata(string key) =>
        typeof(Versions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value ?? "unknown";

    /// <summary>The packages this program was built with, from the dependency file beside it.</summary>
    private static IEnumerable<string> Peers()
    {
        var name = typeof(Versions).Assembly.GetName().Name;
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name + ".deps.json")));
        var target = file.RootElement.GetProperty("targets").EnumerateObject().First().Value;
        var self = target.EnumerateObject().First(p => p.Name.StartsWith(name + "/", StringComparison.Ordinal)).Value;
        return [.. self.GetProperty("dependencies").EnumerateObject().Where(static d => !d.Name.StartsWith("CommitRelay", StringComparison.Ordinal)).Select(static d => $"{d.Name} {d.Value}")];
    }
}
