using System.Globalization;
using System.Text;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Child;

/// <summary>A process that writes numbered events and tells on its standard output which are acknowledged, until it is done or killed.</summary>
internal static class EventVerbs
{
    /// <summary>events-write PATH LEVEL FIRST-PRODUCER PRODUCERS EVENTS-EACH ROLL-BYTES END, where END is dispose, exit, throw, return, or wait (for a signal).</summary>
    public static async Task<int> WriteAsync(string[] args)
    {
        var level = Enum.Parse<Durability>(args[1]);
        var (first, producers, events) = (Number(args[2]), Number(args[3]), Number(args[4]));
        // However slow the machine: what a test asks is whether events are lost, not when they are written.
        var options = new EventWriterOptions { DisposeTimeout = TimeSpan.FromMinutes(1), AcknowledgeTimeout = TimeSpan.FromMinutes(1), Roll = new() { AtBytes = Number(args[5]) is > 0 and var bytes ? bytes : null } };
        var writer = new EventWriter(args[0], options);
        var told = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(first, producers).Select(producer => Task.Run(async () =>
        {
            for (var n = 0; n < events; n++)
            {
                await writer.WriteLineAsync(Encoding.UTF8.GetBytes($$"""{"type":"numbered","producer":{{producer}},"number":{{n}},"text":"{{new string('x', n % 200)}}"}"""), level);
                var line = Encoding.UTF8.GetBytes($"{producer} {n}\n");
                lock (told)
                    told.Write(line);
            }
        })));
        await EndAsync(args[6], writer);
        return 0;
    }

    /// <summary>The ways a process ends that are neither kill -9 nor a disposal.</summary>
    private static async Task EndAsync(string end, EventWriter writer)
    {
        switch (end)
        {
            case "dispose":
                await writer.DisposeAsync();
                break;
            case "exit":
                Environment.Exit(0);
                break;
            case "throw":
                new Thread(static () => throw new InvalidOperationException("unhandled, on purpose")).Start();
                break;
            case "wait":
                Console.Out.WriteLine("waiting");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
                break;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
