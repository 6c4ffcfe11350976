using System.Buffers;
using System.Text.Json.Nodes;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Benchmarks.Peers;

/// <summary>What people write to change a queue file: all of it read, changed and written beside the old one, which is then replaced.</summary>
internal static class RewritePeer
{
    /// <summary>Takes the first queued task and writes that down, durably.</summary>
    public static string? Claim(string path)
    {
        var root = JsonNode.Parse(File.ReadAllBytes(path))!;
        var task = root["tasks"]!.AsArray().FirstOrDefault(each => (string?)each!["status"] == "queued");
        if (task is null)
            return null;
        task["status"] = "in_progress";
        var temporary = path + ".peer";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            using (var writer = new System.Text.Json.Utf8JsonWriter(file, new System.Text.Json.JsonWriterOptions { Indented = true }))
                root.WriteTo(writer);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        AtomicFile.FlushFolder(Path.GetDirectoryName(path)!);
        return (string?)task["id"];
    }

    /// <summary>A read/write loop and a rename: no change of a file can cost less.</summary>
    public static void Copy(string path, bool durable)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BareRead.BufferBytes);
        var temporary = path + ".peer";
        using (var source = File.OpenHandle(path, options: FileOptions.SequentialScan))
        using (var output = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            var position = 0L;
            while (RandomAccess.Read(source, buffer.AsSpan(0, BareRead.BufferBytes), position) is > 0 and var read)
            {
                RandomAccess.Write(output, buffer.AsSpan(0, read), position);
                position += read;
            }

            if (durable)
                RandomAccess.FlushToDisk(output);
        }

        File.Move(temporary, path, overwrite: true);
        if (durable)
            AtomicFile.FlushFolder(Path.GetDirectoryName(path)!);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
