using System.IO.Compression;
using System.Text;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

public sealed class PackedStreamTests : IDisposable
{
    private static readonly byte[] Zero = new byte[1];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FileOfSeveralMembers_IsTheTextOfAll()
        => Assert.Equal(("onetwo", false), Read([.. Packed("one"), .. Packed(""), .. Packed("two"), .. Packed("")]));

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Read_FileCutAtAnyByte_IsDamagedAndTheStartOfItsText(CompressionLevel level)
    {
        var text = string.Concat(Enumerable.Range(0, 40).Select(static n => $"{{\"number\":{n}}}\n"));
        byte[] first = Packed(text, level), file = [.. first, .. Packed(text, level)];
        for (var length = 0; length < file.Length; length++)
        {
            var (read, isDamaged) = Read(file[..length]);
            Assert.StartsWith(read, text + text, StringComparison.Ordinal);
            Assert.True(isDamaged != (length == first.Length), $"cut at byte {length} of {file.Length}");
        }

        Assert.Equal((text + text, false), Read(file));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(20_000)]
    public void Read_SomethingElseBehindTheText_IsDamaged(int length)
    {
        var garbage = new byte[length];
        garbage.AsSpan().Fill(7);
        Assert.Equal(("one", true), Read([.. Packed("one"), .. garbage]));
    }

    [Fact]
    public void Read_SecondMemberWithABrokenHeaderOrBehindAGap_IsDamaged()
    {
        var second = Packed("two");
        Assert.Equal(("one", true), Read([.. Packed("one"), .. Zero, .. second]));
        second[1] = 0;
        Assert.Equal(("one", true), Read([.. Packed("one"), .. second]));
    }

    [Fact]
    public void Read_SomethingElseWhereTheReadsMeet_IsDamaged()
    {
        // What is unpacked is read in pieces of 8 KiB; texts that are stored end at every place around their seam.
        var random = new Random(1);
        for (var length = 8160; length < 8180; length++)
        {
            var text = new string('x', length - 1) + (char)('a' + random.Next(26));
            var file = Packed(text, CompressionLevel.NoCompression);
            Assert.Equal((text, false), Read(file));
            Assert.Equal((text, true), Read([.. file, 9, 9, 9]));
            Assert.Equal((text + "two", false), Read([.. file, .. Packed("two")]));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void Read_ZerosBehindTheText_ArePassedOver(int zeros)
        => Assert.Equal(("one", false), Read([.. Packed("one"), .. new byte[zeros]]));

    [Fact]
    public void Read_HugeRatio_IsTheWholeTextInABuffer()
    {
        const int length = 50_000_000;
        File.WriteAllBytes(_folder["x.gz"], Packed(new string('x', length)));
        using var stream = Open();
        var buffer = new byte[1000];
        var total = 0L;
        for (int read; (read = stream.Read(buffer)) > 0;)
            total += read;
        Assert.Equal((length, false), (total, stream.IsDamaged));
    }

    [Fact]
    public void Read_IntoNothing_EndsNothing()
    {
        File.WriteAllBytes(_folder["x.gz"], [.. Packed("one"), 1, 2, 3]);
        using var stream = Open();
        Assert.Equal((0, false), (stream.Read([]), stream.IsDamaged));
        Assert.Equal(3, stream.Read(new byte[3]));
        Assert.Equal((0, false), (stream.Read([]), stream.IsDamaged));
    }

    private (string Text, bool IsDamaged) Read(byte[] file)
    {
        File.WriteAllBytes(_folder["x.gz"], file);
        using var stream = Open();
        using var text = new MemoryStream();
        stream.CopyTo(text);
        Assert.Equal(0, stream.Read(new byte[1]));
        return (Encoding.UTF8.GetString(text.ToArray()), stream.IsDamaged);
    }

    private PackedStream Open() => new(File.OpenHandle(_folder["x.gz"]));

    private static byte[] Packed(string text, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
        {
            // Else an empty text is an empty file.
            gzip.Write(Encoding.UTF8.GetBytes(text));
            gzip.Flush();
        }

        return packed.ToArray();
    }
}
