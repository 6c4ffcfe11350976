using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class HomeDocumentsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void RealDocuments_InvalidOnes_AreFoundAtTheirByte()
    {
        var home = new RelayHome(Repository.CorpusHome);
        var expected = ExpectedAnswers.Of("json_documents");
        var documents = HomeDocuments.Check(home);
        Assert.Equal(expected.Long("files"), documents.Files);
        Assert.Equal(
            expected.GetProperty("invalid_files").EnumerateArray().Select(file => (file.GetProperty("file").GetString()!, file.Long("byte_offset"))),
            documents.Invalid.Select(file => (home.Relative(file.Path), file.ByteOffset!.Value)));
    }

    [Fact]
    public void Check_AFaultBehindManyBuffers_IsFoundAtItsLineAndColumn()
    {
        _folder.Write("large.json", "[\n" + string.Concat(Enumerable.Repeat("  \"a long enough text\",\n", 20_000)) + "  nothing\n]");
        var fault = Assert.Single(HomeDocuments.Check(new RelayHome(_folder.Path)).Invalid);
        Assert.Equal((20_002, 4, 2 + (20_000 * 24) + 3), (fault.Line, fault.Column, fault.ByteOffset));
    }

    [Fact]
    public void Check_NamesThatAreNoDocuments_AreLeftAlone()
    {
        foreach (var name in new[] { "a.jsonl", "a.json.gz", "a.pid", "a.index", "a.txt" })
            _folder.Write(name, "{");
        foreach (var name in new[] { "a.json", "a.json.processed", "a.old", "a.backup-1" })
            _folder.Write(name, "{}");
        var documents = HomeDocuments.Check(new RelayHome(_folder.Path));
        Assert.Equal((4, 0), (documents.Files, documents.Invalid.Count));
    }
}
