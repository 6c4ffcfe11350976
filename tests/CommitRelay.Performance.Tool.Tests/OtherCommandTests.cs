using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class OtherCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Config_GetsAndSetsOneMemberAndNoOtherByte()
    {
        var file = _folder["system.json"];
        File.WriteAllText(file, "{ \"services\": { \"max\": 20.0 },\n  \"x\" : 1 }\n");
        Assert.Equal("20.0", (await ToolRun.OfAsync("config", "get", file, "services.max", "--json")).Fine().Json.GetProperty("value").GetRawText());
        Assert.Equal(1, (await ToolRun.OfAsync("config", "get", file, "services.min")).ExitCode);

        var set = (await ToolRun.OfAsync("config", "set", file, "services.max", "12", "--json")).Fine().Json;
        Assert.Equal("20.0", set.GetProperty("before").GetRawText());
        Assert.Equal("12", set.GetProperty("after").GetRawText());
        Assert.Equal("{ \"services\": { \"max\": 12 },\n  \"x\" : 1 }\n", File.ReadAllText(file));

        Assert.Equal(3, (await ToolRun.OfAsync("config", "set", file, "services.new", "word")).ExitCode);
        (await ToolRun.OfAsync("config", "set", file, "services.new", "word", "--create")).Fine();
        Assert.Equal("\"word\"", (await ToolRun.OfAsync("config", "get", file, "services.new")).Fine().Out.Trim());
    }

    [UnixFact]
    public async Task Lock_RunsTheCommandAndHandsOnItsExitCode()
    {
        var file = _folder["queue.json"];
        var run = await ToolRun.OfAsync("lock", file, "--", $"flock -n '{file}.lock' true && exit 9; echo held > '{_folder["told"]}'; exit 7");
        Assert.Equal(7, run.ExitCode);
        Assert.Equal("held\n", File.ReadAllText(_folder["told"]));
    }

    [Fact]
    public async Task Lock_HeldByAnother_FailsWhenTheWaitIsOver()
    {
        using var held = Files.FileLock.TryAcquire(_folder["queue.json"]);
        Assert.Equal(3, (await ToolRun.OfAsync("lock", _folder["queue.json"], "--wait", "10ms", "--", "true")).ExitCode);
    }

    [LinuxFact]
    public async Task Resources_TellValueAndUnitOrWhyNot()
    {
        var answer = (await ToolRun.OfAsync("resources", "--interval", "10ms", "--json", "--home", _folder.Path)).Fine().Json;
        Assert.True(answer.GetProperty("memory").GetProperty("total").GetProperty("value").GetInt64() > 0);
        Assert.Equal("By", answer.GetProperty("memory").GetProperty("total").GetProperty("unit").GetString());
        Assert.All(answer.GetProperty("cpu").EnumerateObject(), static reading => Assert.True(reading.Value.TryGetProperty("value", out _) || reading.Value.TryGetProperty("unknown", out _)));
    }

    [LinuxFact]
    public async Task Processes_OfAPidFile_FindThatProcess()
    {
        File.WriteAllText(_folder["own.pid"], $"{Environment.ProcessId}\n");
        var answer = (await ToolRun.OfAsync("processes", "--pid-file", _folder["own.pid"], "--json")).Fine().Json;
        Assert.Equal(Environment.ProcessId, answer.GetProperty("processes")[0].GetProperty("pid").GetInt32());
        Assert.Equal("alive", answer.GetProperty("pid_file").GetProperty("state").GetString());
        Assert.Equal(1, (await ToolRun.OfAsync("processes", "--pid-file", _folder["none.pid"])).ExitCode);
    }

    public void Dispose() => _folder.Dispose();
}
