using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Tests.Workers;

public sealed class HomeCeilingTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrencyGovernor _governor = new(new() { Ceiling = 8 });
    private readonly HomeCeiling _ceiling;

    public HomeCeilingTests() => _ceiling = new HomeCeiling(new RelayHome(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"max_concurrent_workers": 3, "services": {"max_workers_per_master": 5}}""", 3, "max_concurrent_workers of config/system.json")]
    [InlineData("""{"services": {"max_workers_per_master": 5}}""", 5, "services.max_workers_per_master of config/system.json")]
    [InlineData("""{"services": {"max_workers_per_master": "5"}}""", 5, "services.max_workers_per_master of config/system.json")]
    [InlineData("""{"services": {}}""", 8, "the option")]
    [InlineData("""{"max_concurrent_workers": 0}""", 8, "the option")]
    [InlineData("""{"max_concurrent_workers": """, 8, "the option")]
    [InlineData("""{"max_concurrent_workers": "many"}""", 8, "the option")]
    public void Settings_OfTheHome_DecideTheCeiling_AndTheExplanationSaysWhich(string settings, int limit, string source)
    {
        Settings(settings);
        _ceiling.Apply(_governor);
        Assert.Equal(limit, _governor.Limit);
        Assert.Contains($"(ceiling from {source})", _governor.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ThatAreMissing_LeaveTheOption()
    {
        _ceiling.Apply(_governor);
        Assert.Equal(8, _governor.Limit);
    }

    [Fact]
    public void Settings_ThatChange_AreFollowed_AndBrokenOnesChangeNothing()
    {
        Settings("""{"max_concurrent_workers": 3}""");
        _ceiling.Apply(_governor);
        Settings("""{"max_concurrent_workers": 2}""");
        _ceiling.Apply(_governor);
        Assert.Equal(2, _governor.Limit);
        Settings("{");
        _ceiling.Apply(_governor);
        Assert.Contains("2 of at most 2", _governor.Explanation, StringComparison.Ordinal);
        Settings("{}");
        _ceiling.Apply(_governor);
        Assert.Contains("of at most 8 tasks at once (ceiling from the option)", _governor.Explanation, StringComparison.Ordinal);
    }

    private void Settings(string json) => _folder.Write(Path.Combine("coordination", "config", "system.json"), json);
}
