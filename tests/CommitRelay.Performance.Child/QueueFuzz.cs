using System.Globalization;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Child;

/// <summary>
/// Throws damaged queue files at the reader and compares it with a full parse: no crash, no hang, no element that a full parse would refuse,
/// the same answer from every vector width, every cut into portions, and several cores.
/// </summary>
public static class QueueFuzz
{
    private static readonly JsonFilter Queued = JsonFilter.EqualTo("status", "queued");

    /// <summary><c>fuzz-queues SEEDS MINUTES [RANDOM_SEED]</c>: ends with 0 when nothing was found; else saves the text and ends with 1.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var limit = TimeSpan.FromMinutes(double.Parse(args[1], CultureInfo.InvariantCulture));
        var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.ProcessId;
        var start = TimeProvider.System.GetTimestamp();
        var (runs, failure) = Run(args[0], seed, () => TimeProvider.System.GetElapsedTime(start) < limit);
        Console.WriteLine($"{runs} texts, random seed {seed}, {(failure is null ? "nothing found" : failure)}");
        return Task.FromResult(failure is null ? 0 : 1);
    }

    /// <summary>Fuzzes from the seeds of a folder for as long as asked.</summary>
    /// <returns>How many texts were tried, and what went wrong with the last one.</returns>
    public static (int Runs, string? Failure) Run(string seeds, int randomSeed, Func<bool> goOn)
    {
        ArgumentNullException.ThrowIfNull(goOn);
        var random = new Random(randomSeed);
        var texts = Directory.GetFiles(seeds).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var runs = 0;
        for (; goOn(); runs++)
        {
            var text = Mutate(texts, random);
            try
            {
                Check(text, random);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                var file = Path.Combine(Path.GetTempPath(), $"queue-fuzz-{randomSeed}-{runs}.json");
                File.WriteAllBytes(file, text);
                return (runs + 1, $"{file}: {e}");
            }
        }

        return (runs, null);
    }

    private static byte[] Mutate(byte[][] seeds, Random random)
    {
        var text = seeds[random.Next(seeds.Length)].ToList();
        for (var edits = random.Next(4); edits > 0 && text.Count > 0; edits--)
        {
            var at = random.Next(text.Count);
            var length = Math.Min(random.Next(1, 40), text.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    text[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    text[at] = "\"\\{}[]:,u0 \n"u8[random.Next(12)];
                    break;
                case 2:
                    text.RemoveRange(at, length);
                    break;
                case 3:
                    text.InsertRange(at, text.GetRange(random.Next(text.Count - length + 1), length));
                    break;
                case 4:
                    var other = seeds[random.Next(seeds.Length)];
                    text.InsertRange(at, other.AsSpan(random.Next(other.Length)).ToArray().Take(length));
                    break;
                default:
                    text.RemoveRange(at, text.Count - at);
                    break;
            }
        }

        return [.. text];
    }

    private static void Check(byte[] text, Random random)
    {
        foreach (var filter in new[] { null, Queued })
        {
            var expected = FullParse(text, filter);
            var found = Read(text, new QueueReaderOptions { Width = ScanWidth.Scalar }, filter, [text.Length + 1]);
            Judge(found, expected, strict: false);
            foreach (var width in Enum.GetValues<ScanWidth>().Where(BlockScanner.IsSupported))
            {
                var other = Read(text, new QueueReaderOptions { Width = width }, filter, [random.Next(1, 9), random.Next(1, 400)]);
                if (!found.Elements.SequenceEqual(other.Elements) || found.FaultAt != other.FaultAt)
                    throw new InvalidOperationException($"{width} answers {other}, the scalar twin {found}.");
            }

            Judge(Read(text, new QueueReaderOptions { Strict = true }, filter, [random.Next(1, 400)]), expected, strict: true);
            Read(text, new QueueReaderOptions { OnMalformed = static _ => { } }, filter, [random.Next(1, 400)]);
            CompareCores(text, filter, partBytes: random.Next(1, 300));
        }

        foreach (var cores in new[] { 1, 3 })
            CheckSurvey(text, new QueueReaderOptions { MaxCores = cores, PartBytes = random.Next(1, 300), BufferBytes = 4096 });
    }

    private static void CheckSurvey(byte[] text, QueueReaderOptions options)
    {
        var file = Path.Combine(Path.GetTempPath(), $"queue-fuzz-{Environment.ProcessId}.json");
        File.WriteAllBytes(file, text);
        var faultAt = -1L;
        try
        {
            QueueSurvey.ReadAsync(file, options, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (QueueFormatException fault)
        {
            faultAt = fault.ByteOffset;
        }

        File.Delete(file);
        if (JsonValidator.FirstError(text) is var expected && expected != faultAt)
            throw new InvalidOperationException($"A survey on {options.MaxCores} core(s) finds a fault at {faultAt}, the validator at {expected}.");
    }

    private static void CompareCores(byte[] text, JsonFilter? filter, int partBytes)
    {
        var file = Path.Combine(Path.GetTempPath(), $"queue-fuzz-{Environment.ProcessId}.json");
        File.WriteAllBytes(file, text);
        foreach (var goesOn in new[] { false, true })
        {
            var one = Count(file, filter, new QueueReaderOptions(), goesOn);
            var two = Count(file, filter, new QueueReaderOptions { MaxCores = 2, PartBytes = partBytes }, goesOn);
            if (one != two)
                throw new InvalidOperationException($"Two cores in parts of {partBytes} bytes answer {two}, one answers {one}.");
        }

        File.Delete(file);
    }

    /// <summary>The number of tasks and the offsets of all faults.</summary>
    private static string Count(string file, JsonFilter? filter, QueueReaderOptions options, bool goesOn)
    {
        var faults = new List<long>();
        if (goesOn)
            options = options with { OnMalformed = fault => faults.Add(fault.ByteOffset) };
        try
        {
            return $"{new QueueReader(options).CountAsync(file, filter).GetAwaiter().GetResult()} tasks, faults at {string.Join(' ', faults)}";
        }
        catch (QueueFormatException fault)
        {
            return $"a fault at {fault.ByteOffset}";
        }
    }

    private static void Judge(Answer found, Answer? expected, bool strict)
    {
        if (found.Elements.Any(element => JsonValidator.FirstError(System.Text.Encoding.Latin1.GetBytes(element)) >= 0))
            throw new InvalidOperationException($"An element was yielded that is no valid JSON: {found}.");
        if (expected is null && strict && found.FaultAt is null)
            throw new InvalidOperationException($"A full parse refuses the text, strict reading took it: {found}.");
        if (expected is not null && !(strict && expected.FaultAt is not null) && (found.FaultAt is not null || !found.Elements.SequenceEqual(expected.Elements)))
            throw new InvalidOperationException($"A full parse answers {expected}, the reader {found}, strict {strict}.");
    }

    /// <summary>Null when a full parse refuses the text, or when there is not exactly one array of tasks. A repeated name is marked by a fault.</summary>
    private static Answer? FullParse(byte[] text, JsonFilter? filter)
    {
        if (JsonValidator.FirstError(text, QueueReaderOptions.DefaultMaxDepth) >= 0)
            return null;
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = QueueReaderOptions.DefaultMaxDepth });
        var array = document.RootElement;
        if (array.ValueKind == JsonValueKind.Object)
        {
            var tasks = array.EnumerateObject().Where(member => IsNamed(member, "tasks")).ToList();
            if (tasks.Count != 1)
                return null;
            array = tasks[0].Value;
        }

        if (array.ValueKind != JsonValueKind.Array)
            return null;
        var elements = array.EnumerateArray().Select(element => System.Text.Encoding.UTF8.GetBytes(element.GetRawText()));
        return new Answer([.. elements.Where(json => filter?.Matches(json) ?? true).Select(System.Text.Encoding.Latin1.GetString)], JsonRepeats.Find(text) is >= 0 and var at ? at : null);
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            // A name with a lone surrogate has no text.
            return false;
        }
    }

    private static Answer Read(byte[] text, QueueReaderOptions options, JsonFilter? filter, int[] portions)
    {
        var elements = new List<string>();
        try
        {
            var reading = new QueueReader(options).ReadElementsAsync(new PortionStream(text, portions), filter).GetAsyncEnumerator();
            while (reading.MoveNextAsync().AsTask().GetAwaiter().GetResult())
                elements.Add(System.Text.Encoding.Latin1.GetString(reading.Current.Bytes));
            return new Answer(elements, null);
        }
        catch (QueueFormatException fault)
        {
            return new Answer(elements, fault.ByteOffset);
        }
    }

    /// <param name="Elements">Bytes as Latin-1 text.</param>
    /// <param name="FaultAt">Where a fault was met; null for none.</param>
    private sealed record Answer(IReadOnlyList<string> Elements, long? FaultAt)
    {
        public override string ToString() => $"{Elements.Count} elements, fault at {FaultAt?.ToString(CultureInfo.InvariantCulture) ?? "none"}";
    }

    private sealed class PortionStream(byte[] text, int[] portions) : MemoryStream(text)
    {
        private int _reads;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(buffer.Length, portions[_reads++ % portions.Length])], cancellationToken);

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, portions[_reads++ % portions.Length])]);
    }
}
