using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class QueueEditorTests : IDisposable
{
    private const string Text = """
        {
          "version": "1.0",
          "tasks": [
            {
              "id": "a",
              "status": "pending",
              "priority": "low",
              "cost": 1.00,
              "context": { "status": "pending", "big": 12345678901234567890, "x": "\u00e4\/" }
            },
            { "id":"b" ,"status" : "pending", "priority": "critical" },
            {
              "id": "c",
              "status": "completed",
              "priority": "medium",
              "completed_at": "2026-01-01T00:00:00-0600",
              "tags": ["x",  "y"]
            },
            { "id": "d", "status": "failed", "priority": "critical", "updated_at": "2026-01-04T12:00:00Z" }
          ],
          "stats": { "total": 99 }
        }

        """;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    private string Path => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Set_ChangesOnlyTheValue_AndMakesAMissingMemberInTheTasksOwnStyle()
    {
        var editor = Editor(Text);
        Assert.Equal(2, await editor.SetAsync(JsonFilter.EqualTo("status", "pending"), "status", "\"queued\""));
        Assert.True(await editor.SetByIdAsync("a", "note", "\"n\""));
        Assert.True(await editor.SetByIdAsync("b", "context.tries", "2"));
        Assert.False(await editor.SetByIdAsync("b", "context.tries", "2"));
        AssertText(Text
            .Replace("      \"status\": \"pending\",\n      \"priority\": \"low\"", "      \"status\": \"queued\",\n      \"priority\": \"low\"", StringComparison.Ordinal)
            .Replace("\"x\": \"\\u00e4\\/\" }\n", "\"x\": \"\\u00e4\\/\" },\n      \"note\": \"n\"\n", StringComparison.Ordinal)
            .Replace("\"status\" : \"pending\", \"priority\": \"critical\"", "\"status\" : \"queued\", \"priority\": \"critical\", \"context\": {\"tries\": 2}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_AsObject_KeepsUnknownMembersNumbersAndSpelling()
    {
        _folder.Write("task-queue.json", Text);
        var editor = new QueueEditor<Edited>(Path, EditedJson.Default.Edited);
        Assert.Equal(1, await editor.UpdateAsync(JsonFilter.EqualTo("id", "a"), task => task with { Status = "done", Context = task.Context! with { Status = "deep" }, Priority = null }));
        AssertText(Text
            .Replace("      \"status\": \"pending\",\n      \"priority\": \"low\",\n", "      \"status\": \"done\",\n", StringComparison.Ordinal)
            .Replace("{ \"status\": \"pending\", \"big\"", "{ \"status\": \"deep\", \"big\"", StringComparison.Ordinal));
        Assert.False(await editor.UpdateByIdAsync("a", task => task));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => editor.UpdateByIdAsync("zzz", task => task));
    }

    [Theory]
    [InlineData("a", "b,c,d")]
    [InlineData("b", "a,c,d")]
    [InlineData("d", "a,b,c")]
    [InlineData("a,b", "c,d")]
    [InlineData("a,c", "b,d")]
    [InlineData("c,d", "a,b")]
    [InlineData("a,b,c,d", "")]
    public async Task Remove_LeavesTheOthersAndAValidFile(string removed, string left)
    {
        var editor = Editor(Text);
        var before = Elements(Text);
        Assert.Equal(removed.Split(',').Length, await editor.RemoveAsync(JsonFilter.OneOf("id", removed.Split(','))));
        var after = File.ReadAllText(Path);
        Assert.Equal(left, string.Join(',', Elements(after).Keys));
        Assert.All(Elements(after), task => Assert.Equal(before[task.Key], task.Value));
        Assert.StartsWith("{\n  \"version\": \"1.0\",\n  \"tasks\": [", after, StringComparison.Ordinal);
        Assert.EndsWith("],\n  \"stats\": { \"total\": 99 }\n}\n", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_FollowsTheFilesStyle_AlsoWhenTheArrayIsEmpty()
    {
        var editor = Editor("{\n  \"tasks\": []\n}\n");
        await editor.AppendAsync([Encoding.UTF8.GetBytes("{\"id\":\"a\",\"n\":[1,{}]}")]);
        await editor.AppendAsync([Encoding.UTF8.GetBytes("{\"id\":\"b\"}"), Encoding.UTF8.GetBytes("{}")]);
        AssertText("{\n  \"tasks\": [\n    {\n      \"id\": \"a\",\n      \"n\": [\n        1,\n        {}\n      ]\n    },\n    {\n      \"id\": \"b\"\n    },\n    {}\n  ]\n}\n");
        editor = Editor("{\"tasks\":[],\"n\":1}");
        await editor.AppendAsync([Encoding.UTF8.GetBytes("{\"id\":\"a\"}")]);
        await editor.AppendAsync([Encoding.UTF8.GetBytes("{\"id\":\"b\"}")]);
        AssertText("{\"tasks\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"n\":1}");
        await Assert.ThrowsAsync<ArgumentException>(() => editor.AppendAsync([Encoding.UTF8.GetBytes("{")]));
    }

    [Fact]
    public async Task Prioritise_IsStable_AndMovesWholeTasksOnly()
    {
        var editor = Editor(Text);
        var before = Elements(Text);
        Assert.Equal(3, await editor.PrioritiseAsync());
        var after = File.ReadAllText(Path);
        Assert.Equal("b,d,c,a", string.Join(',', Elements(after).Keys));
        Assert.All(Elements(after), task => Assert.Equal(before[task.Key], task.Value));
        Assert.Equal(Text.Length, after.Length);
        Assert.Equal(0, await editor.PrioritiseAsync());
    }

    [Fact]
    public async Task Archive_MovesWhatIsFinishedAndOld_ALineEach()
    {
        var editor = Editor(Text);
        Assert.Equal(1, await editor.ArchiveAsync(_folder["archive.jsonl"], TimeSpan.FromDays(2)));
        Assert.Equal("{\"id\":\"c\",\"status\":\"completed\",\"priority\":\"medium\",\"completed_at\":\"2026-01-01T00:00:00-0600\",\"tags\":[\"x\",\"y\"]}\n", File.ReadAllText(_folder["archive.jsonl"]));
        Assert.Equal("a,b,d", string.Join(',', Elements(File.ReadAllText(Path)).Keys));
        Assert.Equal(1, await editor.ArchiveAsync(_folder["archive.jsonl"], TimeSpan.Zero));
        Assert.Equal(2, File.ReadAllLines(_folder["archive.jsonl"]).Length);
        Assert.Equal(0, await editor.ArchiveAsync(_folder["archive.jsonl"], TimeSpan.Zero));
    }

    [Fact]
    public async Task Archive_BehindALineThatACrashHasTorn_BeginsANewLine()
    {
        _folder.Write("archive.jsonl", "{\"id\":\"to");
        Assert.Equal(1, await Editor(Text).ArchiveAsync(_folder["archive.jsonl"], TimeSpan.FromDays(2)));
        var lines = File.ReadAllLines(_folder["archive.jsonl"]);
        Assert.Equal("{\"id\":\"to", lines[0]);
        Assert.StartsWith("{\"id\":\"c\"", lines[1], StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Archive_ThatIsAPipe_IsRefused_AndTheQueueStays()
    {
        using (var made = System.Diagnostics.Process.Start("mkfifo", _folder["archive.jsonl"]))
            await made.WaitForExitAsync();
        await Assert.ThrowsAsync<IOException>(() => Editor(Text).ArchiveAsync(_folder["archive.jsonl"], TimeSpan.Zero));
        AssertText(Text);
    }

    [Fact]
    public async Task Split_KeepsWhatStandsAroundTheTasks_AndTheQueueItself()
    {
        var editor = Editor(Text);
        var files = await editor.SplitAsync(_folder.Path, maxTasks: 3);
        Assert.Equal(["task-queue.0001.json", "task-queue.0002.json"], files.Select(System.IO.Path.GetFileName));
        Assert.Equal(["a,b,c", "d"], files.Select(file => string.Join(',', Elements(File.ReadAllText(file)).Keys)));
        Assert.All(files, file => Assert.EndsWith("\n  ],\n  \"stats\": { \"total\": 99 }\n}\n", File.ReadAllText(file), StringComparison.Ordinal));
        AssertText(Text);
        Assert.Equal(4, (await editor.SplitAsync(_folder.Path, maxBytes: 10)).Count);
        Assert.Single(await editor.SplitAsync(_folder.Path, maxBytes: Text.Length));
        editor = Editor("{\"tasks\":[ ]}");
        Assert.Equal("{\"tasks\":[ ]}", File.ReadAllText(Assert.Single(await editor.SplitAsync(_folder.Path))));
    }

    [Fact]
    public async Task Undo_TakesTheReplacedFileBack_UnlessAStrangerChangedTheFile()
    {
        var editor = Editor(Text, new QueueEditorOptions { KeepReplaced = true });
        Assert.False(await editor.UndoAsync());
        await editor.RemoveByIdAsync("a");
        var edited = File.ReadAllText(Path);
        Assert.True(await editor.UndoAsync());
        AssertText(Text);
        Assert.True(await editor.UndoAsync());
        AssertText(edited);
        File.WriteAllText(Path, "{\"tasks\":[]}");
        Assert.False(await editor.UndoAsync());
    }

    [Fact]
    public async Task ById_OfARepeatedId_ListsTheOffsetsAndChangesNothing()
    {
        const string text = """{"tasks":[{"id":"a"},{"id":"b"},{"id":"a"}]}""";
        var editor = Editor(text);
        var repeated = await Assert.ThrowsAsync<RepeatedIdException>(() => editor.RemoveByIdAsync("a"));
        Assert.Equal([10, 32], repeated.ByteOffsets);
        await Assert.ThrowsAsync<RepeatedIdException>(() => editor.SetByIdAsync("a", "n", "1"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => editor.RemoveByIdAsync("c"));
        AssertText(text);
    }

    [Theory]
    [InlineData("{\"tasks\":[{\"id\":\"a\"},{\"id\":\"b\"")]
    [InlineData("{\"tasks\":null}")]
    [InlineData("")]
    [InlineData("{\"tasks\":[{\"id\":\"a\"}]} x")]
    [InlineData("{\"tasks\":[{\"id\":\"a\" \"n\":1}]}")]
    public async Task ABrokenFile_IsRefusedWithItsPlace_AndLeftAlone(string text)
    {
        var editor = Editor(text);
        var fault = await Assert.ThrowsAsync<QueueFormatException>(() => editor.SetAsync(JsonFilter.EqualTo("id", "a"), "n", "1"));
        Assert.Equal(Path, fault.File);
        AssertText(text);
        Assert.Equal(["task-queue.json", "task-queue.json.lock"], Directory.GetFiles(_folder.Path).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void Edits_OfRandomQueues_AgreeWithAModelByteForByte()
    {
        var blanks = OneOf("", " ", "\n    ");
        var element = Gen.Select(Gen.Int[0, 5], OneOf("critical", "high", "medium", "low", "odd"), blanks, OneOf("1.00", "\"\\u0061]\"", "{\"id\":\"id0\"}", "[{},[]]"),
            (id, priority, blank, rest) => $"{{{blank}\"id\"{blank}:{blank}\"id{id}\",\"priority\": \"{priority}\",{blank}\"x\":{rest}{blank}}}");
        var queue = Gen.Select(element.Array[0, 12], blanks, blanks);
        queue.Sample((elements, before, after) =>
        {
            var text = Whole(elements, before, after);
            var wanted = elements.Where(each => each.Contains("\"id0\",", StringComparison.Ordinal)).ToArray();
            var left = elements.Where(each => !wanted.Contains(each)).ToArray();
            var ranks = new[] { "critical", "high", "medium", "low" };
            var sorted = elements.OrderBy(each => Array.FindIndex(ranks, rank => each.Contains($"\"priority\": \"{rank}\"", StringComparison.Ordinal)) is var rank && rank < 0 ? 9 : rank).ToArray();
            Check(text, editor => editor.PrioritiseAsync(), Whole(sorted, before, after));
            Check(text, editor => editor.SetAsync(JsonFilter.EqualTo("id", "id0"), "x", "7"), Whole([.. elements.Select(each => wanted.Contains(each) ? SetX(each) : each)], before, after));
            Check(text, editor => editor.RemoveAsync(JsonFilter.EqualTo("id", "id0")), wanted.Length == 0 ? text : left.Length == 0 ? "{\"n\":1,\"tasks\":[],\"z\":[]}" : Whole(left, before, after));
        }, iter: 60, threads: 1);

        static string Whole(string[] elements, string before, string after)
            => "{\"n\":1,\"tasks\":[" + before + string.Join(after + "," + before, elements) + after + "],\"z\":[]}";

        static string SetX(string element)
        {
            var value = element.IndexOf("\"x\":", StringComparison.Ordinal) + 4;
            return element[..value] + "7" + element[End(element, value)..];
        }

        static int End(string element, int value)
        {
            var rest = (string[])["1.00", "\"\\u0061]\"", "{\"id\":\"id0\"}", "[{},[]]"];
            return value + rest.First(each => string.CompareOrdinal(element, value, each, 0, each.Length) == 0).Length;
        }
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private void Check(string text, Func<QueueEditor, Task<int>> edit, string expected)
    {
        File.WriteAllText(Path, text);
        edit(new QueueEditor(Path)).GetAwaiter().GetResult();
        Assert.Equal(expected, File.ReadAllText(Path));
    }

    private QueueEditor Editor(string text, QueueEditorOptions? options = null)
    {
        _folder.Write("task-queue.json", text);
        return new QueueEditor(Path, (options ?? new QueueEditorOptions()) with { TimeProvider = _time });
    }

    private void AssertText(string expected) => Assert.Equal(expected, File.ReadAllText(Path));

    private static Dictionary<string, string> Elements(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("tasks").EnumerateArray().ToDictionary(task => task.GetProperty("id").GetString()!, task => task.GetRawText());
    }
}

internal sealed record Edited(string Id, string Status, string? Priority, EditedContext? Context);

internal sealed record EditedContext(string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Edited))]
internal sealed partial class EditedJson : JsonSerializerContext;
