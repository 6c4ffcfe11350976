using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Json;

public sealed class JsonFileCacheTests : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Long after any file of the tests was written: their stamps are settled.</summary>
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Get_UnchangedFile_IsParsedOnce()
    {
        var cache = Cache("""{"max":3}""");
        var first = cache.Get();
        Assert.Equal(3, first.Max);
        Assert.Same(first, cache.Get());
        Assert.Null(cache.Fault);
    }

    [Fact]
    public void Get_ReplacedFile_IsReadAgain()
    {
        var cache = Cache("""{"max":3}""");
        cache.Get();
        File.Move(_folder.Write("new", """{"max":4}"""), cache.Path, overwrite: true);
        Assert.Equal(4, cache.Get().Max);
    }

    [Theory]
    [InlineData("""{"max":""")]
    [InlineData("""{"max":"many"}""")]
    [InlineData("null")]
    [InlineData("")]
    public void Get_BrokenFile_KeepsTheLastGoodValue(string broken)
    {
        var cache = Cache("""{"max":3}""");
        var good = cache.Get();
        _folder.Write("config.json", broken);
        Assert.Same(good, cache.Get());
        Assert.Equal(cache.Path, Assert.IsType<JsonFormatException>(cache.Fault).File);
        _folder.Write("config.json", """{"max":50}""");
        Assert.Equal(50, cache.Get().Max);
        Assert.Null(cache.Fault);
    }

    [Fact]
    public void Get_FileRemoved_KeepsTheLastGoodValue()
    {
        var cache = Cache("""{"max":3}""");
        var good = cache.Get();
        File.Delete(cache.Path);
        Assert.Same(good, cache.Get());
        Assert.IsType<FileNotFoundException>(cache.Fault);
    }

    [Fact]
    public void Get_NeverGood_Throws()
    {
        Assert.Throws<FileNotFoundException>(() => new JsonFileCache<CachedSettings>(_folder["none.json"], CachedContext.Default.CachedSettings).Get());
        var fault = Assert.Throws<JsonFormatException>(() => Cache("{\n\"max\": ,}").Get());
        Assert.Equal((2, 8, 9), (fault.Line, fault.Column, fault.ByteOffset));
    }

    [Fact]
    public void Get_FreshFile_IsReadAgainUntilItsStampIsSettled()
    {
        var path = _folder.Write("config.json", """{"max":3}""");
        var written = File.GetLastWriteTimeUtc(path);
        var time = new FakeTimeProvider(new DateTimeOffset(written, TimeSpan.Zero));
        var cache = new JsonFileCache<CachedSettings>(path, CachedContext.Default.CachedSettings, time);
        Assert.Equal(3, cache.Get().Max);

        // The same length and the same stamp: nothing but reading again can tell.
        File.WriteAllText(path, """{"max":4}""");
        File.SetLastWriteTimeUtc(path, written);
        Assert.Equal(4, cache.Get().Max);
    }

    [Fact]
    public async Task Get_ManyCallersWhileTheFileIsReplaced_SeeWholeValuesOnly()
    {
        var cache = Cache("""{"max":1,"twice":2}""");
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var value = cache.Get();
                Assert.Equal(2 * value.Max, value.Twice);
            }
        })).ToArray();
        for (var i = 2; i < 300; i++)
            File.Move(_folder.Write("new", $$"""{"max":{{i}},"twice":{{2 * i}}}"""), cache.Path, overwrite: true);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(299, cache.Get().Max);
    }

    private JsonFileCache<CachedSettings> Cache(string text) => new(_folder.Write("config.json", text), CachedContext.Default.CachedSettings, _time);
}

public sealed record CachedSettings
{
    [JsonPropertyName("max")]
    public int Max { get; init; }

    [JsonPropertyName("twice")]
    public int Twice { get; init; }
}

[JsonSerializable(typeof(CachedSettings))]
internal sealed partial class CachedContext : JsonSerializerContext;
