using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    private static readonly BenchmarkEvent First = BenchmarkEvent.Create(0);

    /// <summary>
    /// What kill -9 at a random moment costs: a child writes numbered events as fast as it can and notes, in memory that outlives it, the last
    /// one whose call has returned. Each file is opened once more after the kill, as the next start of a worker would.
    /// </summary>
    private static async Task<int> KillsAsync(string[] args)
    {
        var kills = Argument(args, 0, 20);
        var random = new Random(42);
        foreach (var kind in EventAppenders.All.Keys.Where(static name => name is not EventAppenders.Floor and not "EventWriter, encoded lines"))
        {
            var (acknowledged, lost, worst, repeated, torn) = (0L, 0L, 0L, 0L, 0L);
            for (var n = 0; n < kills; n++)
            {
                var path = Path.Combine(Folder, $"kill-{kind.GetHashCode(StringComparison.Ordinal):x}-{n}.jsonl");
                var last = await KillOneAsync(path, kind, random.Next(20, 200));
                await EventAppenders.All[kind](path).CloseAsync();
                var left = Left(path, last);
                acknowledged += last + 1;
                lost += left.Lost;
                worst = Math.Max(worst, left.Lost);
                repeated += left.Repeated;
                torn += left.Torn;
                File.Delete(path);
            }

            Console.WriteLine($"{kind,-26} {kills} kills  {acknowledged,9} acknowledged  {lost,7} lost ({(double)lost / kills,7:F0} a kill, at most {worst})  {repeated} twice  {torn} torn lines");
        }

        return 0;
    }

    /// <returns>The number of the last event whose call had returned when the child was killed.</returns>
    private static async Task<long> KillOneAsync(string path, string kind, int milliseconds)
    {
        await File.WriteAllBytesAsync(path + ".last", new byte[8]);
        using var child = Start("one-killed", path, kind);
        using var noted = MemoryMappedFile.CreateFromFile(path + ".last");
        using var last = noted.CreateViewAccessor();
        while (last.ReadInt64(0) == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
        child.Kill();
        await child.WaitForExitAsync();
        return last.ReadInt64(0);
    }

    private static int OneKilled(string path, string kind)
    {
        using var noted = MemoryMappedFile.CreateFromFile(path + ".last");
        using var last = noted.CreateViewAccessor();
        var appender = EventAppenders.All[kind](path);
        for (var n = 0; ; n++)
        {
            appender.Write(First with { Id = $"{n}" });
            last.Write(0, (long)n);
        }
    }

    private static (long Lost, long Repeated, long Torn) Left(string path, long last)
    {
        var found = new HashSet<long>();
        var (repeated, torn) = (0L, 0L);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (!found.Add(long.Parse(JsonSerializer.Deserialize(line, BenchmarkEventContext.Default.BenchmarkEvent)!.Id, System.Globalization.CultureInfo.InvariantCulture)))
                    repeated++;
            }
            catch (JsonException)
            {
                torn++;
            }
        }

        return (last + 1 - found.Count(n => n <= last), repeated, torn);
    }
}
