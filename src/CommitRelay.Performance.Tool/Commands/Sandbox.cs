using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>A copy of a file in a folder of its own, on which a dry run does the real thing.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly string _original;

    public Sandbox(string file)
    {
        _original = Inputs.Existing(file);
        Folder = Directory.CreateTempSubdirectory("relay-perf-").FullName;
        File = Path.Combine(Folder, Path.GetFileName(file));
        System.IO.File.Copy(file, File);
    }

    public string File { get; }

    public string Folder { get; }

    /// <summary>Works on the file itself, or with a dry run on a copy of it; faults name the file itself in both.</summary>
    public static async Task<T> WorkAsync<T>(string file, bool dryRun, Func<string, Task<T>> work)
    {
        if (!dryRun)
            return await work(Inputs.Existing(file)).ConfigureAwait(false);
        using var copy = new Sandbox(file);
        return await copy.WorkAsync(work).ConfigureAwait(false);
    }

    /// <summary>Works on the copy.</summary>
    public async Task<T> WorkAsync<T>(Func<string, Task<T>> work)
    {
        try
        {
            return await work(File).ConfigureAwait(false);
        }
        catch (JsonFormatException fault) when (fault.File == File)
        {
            throw new JsonFormatException(_original, fault.ByteOffset, fault.Line, fault.Column, fault.Expected, fault.JsonPath, fault);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
