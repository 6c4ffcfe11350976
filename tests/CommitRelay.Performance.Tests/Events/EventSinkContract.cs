using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>What every sink must do, whatever lies behind it. A sink of another package passes these unchanged.</summary>
public abstract class EventSinkContract : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    protected IEventSink Sink { get; private set; } = null!;

    public async Task InitializeAsync() => Sink = await CreateAsync();

    public async Task DisposeAsync() => await Sink.DisposeAsync();

    protected abstract Task<IEventSink> CreateAsync();

    /// <summary>The lines the sink holds after a flush.</summary>
    protected abstract Task<IReadOnlyList<string>> LinesAsync();

    [Fact]
    public async Task Write_OfOneProducer_KeepsOrderAndOneLineAnEvent()
    {
        for (var n = 0; n < 1000; n++)
            Sink.Write(new SampleEvent("a", 0, n, "two\nlines"), SampleContext.Default.SampleEvent);
        var lines = await LinesAsync();
        Assert.Equal(Enumerable.Range(0, 1000), lines.Select(line => JsonSerializer.Deserialize(line, SampleContext.Default.SampleEvent)!.Number));
    }

    [Fact]
    public async Task Write_OfManyProducers_LosesNoneAndKeepsEachOnesOrder()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(producer => Task.Run(() =>
        {
            for (var n = 0; n < 2000; n++)
                Sink.Write(new SampleEvent("a", producer, n), SampleContext.Default.SampleEvent);
        })));
        var events = (await LinesAsync()).Select(line => JsonSerializer.Deserialize(line, SampleContext.Default.SampleEvent)!).ToList();
        Assert.Equal(16_000, events.Count);
        Assert.All(events.GroupBy(e => e.Producer), producer => Assert.Equal(Enumerable.Range(0, 2000), producer.Select(e => e.Number)));
    }

    [Theory]
    [InlineData(Durability.Buffered)]
    [InlineData(Durability.Flushed)]
    [InlineData(Durability.Durable)]
    public async Task WriteAsync_AtEveryLevel_Ends(Durability durability)
    {
        await Sink.WriteAsync(new SampleEvent("a", 0, 1), SampleContext.Default.SampleEvent, durability).AsTask().WaitAsync(Guard);
        await Sink.WriteLineAsync("{}"u8.ToArray(), durability).AsTask().WaitAsync(Guard);
        Assert.Equal(2, (await LinesAsync()).Count);
    }

    [Fact]
    public async Task WriteLine_TakesALineWithOrWithoutItsFeed()
    {
        Sink.WriteLine("""{"a":1}"""u8);
        Assert.True(Sink.TryWriteLine("{\"a\":2}\n"u8));
        Assert.True(Sink.TryWrite(new SampleEvent("a", 0, 1), SampleContext.Default.SampleEvent));
        Assert.Equal(["""{"a":1}""", """{"a":2}""", """{"type":"a","producer":0,"number":1,"text":""}"""], await LinesAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{\n}")]
    [InlineData("{}\n\n")]
    public async Task WriteLine_OfWhatIsNotOneLine_Throws(string line)
    {
        Assert.Throws<ArgumentException>(() => Sink.WriteLine(System.Text.Encoding.UTF8.GetBytes(line)));
        Assert.Empty(await LinesAsync());
    }

    [Fact]
    public async Task Write_WhenTheSerializerThrows_LeavesNoTrace()
    {
        Assert.ThrowsAny<Exception>(() => Sink.Write(new Faulty("x"), FaultyContext.Default.Faulty));
        Sink.WriteLine("{}"u8);
        Assert.Equal(["{}"], await LinesAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenCancelledBefore_TakesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sink.WriteLineAsync("{}"u8.ToArray(), Durability.Flushed, cancelled.Token).AsTask());
        Assert.Empty(await LinesAsync());
    }

    [Fact]
    public async Task Write_AfterDisposal_Throws()
    {
        await Sink.DisposeAsync();
        await Sink.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => Sink.WriteLine("{}"u8));
        Assert.Throws<ObjectDisposedException>(() => Sink.Write(new SampleEvent("a", 0, 1), SampleContext.Default.SampleEvent));
    }
}

public sealed class InMemoryEventSinkTests : EventSinkContract
{
    protected override Task<IEventSink> CreateAsync() => Task.FromResult<IEventSink>(new InMemoryEventSink());

    protected override Task<IReadOnlyList<string>> LinesAsync() => Task.FromResult(((InMemoryEventSink)Sink).Lines);
}

public sealed class FileEventSinkTests : EventSinkContract, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<IEventSink> CreateAsync() => Task.FromResult<IEventSink>(new EventWriter(_folder["events.jsonl"]));

    protected override async Task<IReadOnlyList<string>> LinesAsync()
    {
        await Sink.FlushAsync();
        return await File.ReadAllLinesAsync(_folder["events.jsonl"]);
    }
}
