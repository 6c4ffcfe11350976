using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class RepeatedTextsTests
{
    private const long Bound = 64 * 1024;

    [Fact]
    public void Add_BeyondTheBound_SaysSo()
    {
        var texts = new RepeatedTexts(Bound);
        var fault = Assert.Throws<InvalidDataException>(() => Fill(texts, 2 * Bound));
        Assert.Contains("65536 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_BeyondTheBound_SaysSo()
    {
        var texts = new RepeatedTexts(Bound);
        Fill(texts, Bound * 3 / 4);
        var other = new RepeatedTexts(Bound);
        Fill(other, Bound * 3 / 4);
        Assert.Throws<InvalidDataException>(() => texts.Take(other));
    }

    [Fact]
    public void Add_UpToTheBound_FindsWhatIsRepeated()
    {
        var texts = new RepeatedTexts(Bound);
        Fill(texts, Bound * 3 / 4);
        texts.Add("twice"u8);
        texts.Add("twice"u8);
        Assert.Equal(["twice"], texts.ToRepeated());
    }

    private static void Fill(RepeatedTexts texts, long bytes)
    {
        for (var n = 0L; n < bytes; n += 1000)
            texts.Add(System.Text.Encoding.UTF8.GetBytes($"{n:D996}"));
    }
}
