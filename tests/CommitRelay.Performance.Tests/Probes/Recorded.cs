using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Probes;

/// <summary>A recorded /proc and /sys in a temporary folder, with a clock that moves by hand.</summary>
internal sealed class Recorded : IDisposable
{
    private readonly TempFolder _folder = new();

    public Recorded(params ReadOnlySpan<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files)
            Write(path, text);
        Options = new ProbeOptions { ProcRoot = _folder["proc"], SysRoot = _folder["sys"], Time = Time };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public ProbeOptions Options { get; }

    public string Root => _folder.Path;

    /// <summary>Writes a file in place, as /proc changes: open handles see the new text.</summary>
    public void Write(string path, string text)
    {
        var full = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>A folder named as a block device's number, with the disk's folder behind a link, as sysfs has it.</summary>
    public void WriteDisk(string number, string name, string rotational, string stat, string? partition = null)
    {
        Write($"sys/devices/virtual/block/{name}/queue/rotational", rotational);
        var holder = partition is null ? name : $"{name}/{partition}";
        Write($"sys/devices/virtual/block/{holder}/stat", stat);
        Directory.CreateDirectory(_folder["sys/dev/block"]);
        Directory.CreateSymbolicLink(_folder[$"sys/dev/block/{number}"], $"../../devices/virtual/block/{holder}");
    }

    public void Dispose() => _folder.Dispose();
}
