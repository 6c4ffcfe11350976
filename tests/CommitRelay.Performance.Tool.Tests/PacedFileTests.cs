using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Commands;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class PacedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private int _reads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_ThatHasNotChanged_IsReadOnce()
    {
        _folder.Write("a", "1");
        var file = new PacedFile(_folder["a"], _time, restsFor: 0);
        await LookAsync(file);
        await LookAsync(file);
        Assert.Equal(1, _reads);
        _folder.Write("a", "12");
        await LookAsync(file);
        Assert.Equal(2, _reads);
        File.Delete(_folder["a"]);
        await LookAsync(file);
        Assert.Equal(3, _reads);
    }

    [Fact]
    public async Task File_ThatTakesLongToRead_RestsAndIsBehindMeanwhile()
    {
        _folder.Write("a", "1");
        var file = new PacedFile(_folder["a"], _time, restsFor: 100);
        await LookAsync(file, TimeSpan.FromSeconds(1));
        _folder.Write("a", "12");
        _time.Advance(TimeSpan.FromSeconds(99));
        await LookAsync(file);
        Assert.Equal(1, _reads);
        Assert.True(file.IsBehind);
        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(file);
        Assert.Equal(2, _reads);
        Assert.False(file.IsBehind);
    }

    [Fact]
    public async Task Reading_ThatHasStoodForItsTime_IsDoneAgainWithoutAChange()
    {
        var file = new PacedFile(_folder["none"], _time, restsFor: 100, stands: TimeSpan.FromSeconds(30));
        await LookAsync(file);
        _time.Advance(TimeSpan.FromSeconds(30));
        await LookAsync(file);
        Assert.Equal(1, _reads);
        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(file);
        Assert.Equal(2, _reads);
    }

    private Task LookAsync(PacedFile file, TimeSpan takes = default) => file.LookAsync(() =>
    {
        _reads++;
        _time.Advance(takes);
        return Task.CompletedTask;
    });
}
