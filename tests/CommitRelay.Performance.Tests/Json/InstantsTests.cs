using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tests.Json;

public class InstantsTests
{
    [Theory]
    [InlineData("2025-11-21T12:10:48-0600", "2025-11-21T18:10:48.0000000Z")]
    [InlineData("2025-11-21T12:10:48.065Z", "2025-11-21T12:10:48.0650000Z")]
    [InlineData("2025-11-21T12:10:00Z", "2025-11-21T12:10:00.0000000Z")]
    [InlineData("2025-11-21T12:10:48-06:00", "2025-11-21T18:10:48.0000000Z")]
    [InlineData("2025-11-21T22:37:02.875179+00:00", "2025-11-21T22:37:02.8751790Z")]
    [InlineData("2025-11-21T22:37:02.123456789+0130", "2025-11-21T21:07:02.1234567Z")]
    [InlineData("2025-11-21T12:10:48", "2025-11-21T12:10:48.0000000Z")]
    [InlineData("2024-02-29T00:00:00+23:59", "2024-02-28T00:01:00.0000000Z")]
    public void TryParse_DialectOfRealFiles_IsTheInstant(string text, string expected)
    {
        Assert.True(Instants.TryParse(Encoding.UTF8.GetBytes(text), out var instant));
        Assert.Equal(expected, instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.True(Instants.TryParse(text, out var same));
        Assert.Equal(instant, same);
    }

    [Theory]
    [InlineData("")]
    [InlineData("timestamp")]
    [InlineData("ISO timestamp")]
    [InlineData("2025-11-21")]
    [InlineData("2025-11-21 12:10:48Z")]
    [InlineData("2025-11-21T12:10:48z")]
    [InlineData("2025-11-21T12:10Z")]
    [InlineData("2025-11-21T12:10:48.Z")]
    [InlineData("2025-11-21T12:10:48.1234567890Z")]
    [InlineData("2025-11-21T24:00:00Z")]
    [InlineData("2025-11-21T12:60:00Z")]
    [InlineData("2025-11-21T12:10:60Z")]
    [InlineData("2025-02-29T12:10:48Z")]
    [InlineData("2025-13-01T12:10:48Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+0100")]
    [InlineData("2025-11-21T12:10:48+06")]
    [InlineData("2025-11-21T12:10:48+06:0")]
    [InlineData("2025-11-21T12:10:48+24:00")]
    [InlineData("2025-11-21T12:10:48ZZ")]
    [InlineData("2025-11-21T12:10:48Z ")]
    [InlineData("2025-11-21T12:10:48\u00e4")]
    public void TryParse_AnythingElse_IsUnreadable(string text)
    {
        Assert.False(Instants.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.False(Instants.TryParse(text, out _));
    }

    [Fact]
    public void SecondsBetween_Fractions_AreDroppedFirst()
    {
        Assert.True(Instants.TryParse("2025-11-21T12:00:00.900Z", out var from));
        Assert.True(Instants.TryParse("2025-11-21T06:00:01.100-0600", out var to));
        Assert.Equal(1, Instants.SecondsBetween(from, to));
        Assert.Equal(-1, Instants.SecondsBetween(to, from));
    }

    [Fact]
    public void InstantJsonConverter_OffsetWithoutColon_IsReadAndWrittenAsUtc()
    {
        var read = JsonSerializer.Deserialize("""{"At":"2025-11-21T12:10:48-0600","Maybe":null}""", InstantContext.Default.Stamped)!;
        Assert.Equal(new DateTimeOffset(2025, 11, 21, 18, 10, 48, TimeSpan.Zero), read.At);
        Assert.Null(read.Maybe);
        Assert.Equal("""{"At":"2025-11-21T18:10:48Z","Maybe":null}""", JsonSerializer.Serialize(read, InstantContext.Default.Stamped));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"At":"yesterday"}""", InstantContext.Default.Stamped));
    }
}

public sealed record Stamped
{
    [JsonConverter(typeof(InstantJsonConverter))]
    public DateTimeOffset At { get; init; }

    [JsonConverter(typeof(InstantJsonConverter))]
    public DateTimeOffset? Maybe { get; init; }
}

[JsonSerializable(typeof(Stamped))]
internal sealed partial class InstantContext : JsonSerializerContext;
