using System.Text.Json;
using Newtonsoft.Json;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>The other ways to read a queue file, each as good as we can write it.</summary>
internal static class QueuePeers
{
    private const int ChunkBytes = 256 * 1024;

    public static long ReadWithNewtonsoft(string path, Func<BenchmarkTask, bool> wanted)
    {
        using var reader = new JsonTextReader(new StreamReader(path, System.Text.Encoding.UTF8, false, ChunkBytes));
        var serializer = new Newtonsoft.Json.JsonSerializer { DateParseHandling = DateParseHandling.None };
        var count = 0L;
        while (reader.Read())
        {
            // Depth 2 is the array's element: the root is 0, its members are 1.
            if (reader.TokenType == JsonToken.StartObject && reader.Depth == 2)
                count += wanted(serializer.Deserialize<BenchmarkTask>(reader)!) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The framework streams root arrays only, so the stream is placed on the array; what follows it ends the enumeration early.</summary>
    public static async Task<long> ReadWithAsyncEnumerable(string path, Func<BenchmarkTask, bool> wanted)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        stream.Position = OffsetOfArray(path);
        var options = new JsonSerializerOptions(BenchmarkTaskContext.Default.Options) { DefaultBufferSize = ChunkBytes };
        var type = new BenchmarkTaskContext(options).BenchmarkTask;
        var count = 0L;
        try
        {
            await foreach (var task in System.Text.Json.JsonSerializer.DeserializeAsyncEnumerable(stream, type))
                count += wanted(task!) ? 1 : 0;
        }
        catch (System.Text.Json.JsonException)
        {
            // Text behind the array is an error to it, thrown before the last batch is handed out.
        }

        return count;
    }

    /// <summary>Counts the tasks of a status token by token, in one buffer.</summary>
    public static long CountWithUtf8JsonReader(string path, string status)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var wanted = System.Text.Encoding.UTF8.GetBytes(status);
        var buffer = new byte[ChunkBytes];
        var state = default(JsonReaderState);
        var (held, offset, count) = (0, 0L, 0L);
        while (true)
        {
            if (held == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = RandomAccess.Read(file, buffer.AsSpan(held), offset);
            offset += read;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, held + read), isFinalBlock: read == 0, state);
            count += CountTokens(ref reader, wanted);
            if (read == 0)
                return count;
            state = reader.CurrentState;
            held = held + read - (int)reader.BytesConsumed;
            buffer.AsSpan((int)reader.BytesConsumed, held).CopyTo(buffer);
        }
    }

    private static long CountTokens(ref Utf8JsonReader reader, ReadOnlySpan<byte> wanted)
    {
        var count = 0L;
        while (true)
        {
            var before = reader;
            if (!reader.Read())
                return count;
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 3 || !reader.ValueTextEquals("status"u8))
                continue;
            if (!reader.Read())
            {
                // The value lies in the next chunk: stand before the name again.
                reader = before;
                return count;
            }

            count += reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(wanted) ? 1 : 0;
        }
    }

    private static long OffsetOfArray(string path)
    {
        var head = new byte[4096];
        using var file = File.OpenHandle(path);
        var length = RandomAccess.Read(file, head, 0);
        return head.AsSpan(0, length).IndexOf((byte)'[');
    }
}
