using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Tool.Commands;

namespace CommitRelay.Performance.Tool;

/// <summary>The shapes of all answers, for programs: snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(QueueStatsAnswer))]
[JsonSerializable(typeof(QueueWaitsAnswer))]
[JsonSerializable(typeof(QueuePrioritizeAnswer))]
[JsonSerializable(typeof(QueueSplitAnswer))]
[JsonSerializable(typeof(QueueArchiveAnswer))]
[JsonSerializable(typeof(QueueWatchAnswer))]
[JsonSerializable(typeof(NewTask))]
[JsonSerializable(typeof(EventStatsAnswer))]
[JsonSerializable(typeof(EventAppendAnswer))]
[JsonSerializable(typeof(EventTrimAnswer))]
[JsonSerializable(typeof(EventCompressAnswer))]
[JsonSerializable(typeof(EventRollAnswer))]
[JsonSerializable(typeof(ConfigGetAnswer))]
[JsonSerializable(typeof(ConfigSetAnswer))]
[JsonSerializable(typeof(ProcessesAnswer))]
[JsonSerializable(typeof(ResourcesAnswer))]
[JsonSerializable(typeof(UpkeepAnswer))]
[JsonSerializable(typeof(UndoAnswer))]
[JsonSerializable(typeof(FilesAnswer))]
[JsonSerializable(typeof(WorkerDurationsAnswer))]
[JsonSerializable(typeof(WorkersAnswer))]
[JsonSerializable(typeof(TokensAnswer))]
[JsonSerializable(typeof(LogScanAnswer))]
[JsonSerializable(typeof(DiagnoseAnswer))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(MonitorAnswer))]
[JsonSerializable(typeof(WatchAnswer))]
[JsonSerializable(typeof(TaskAnswer))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>For files that people read: text as it is rather than escaped. Answers have this from their writer, and their shape from generated code alone.</summary>
    public static AnswerJson Relaxed => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>To read an answer again: one that lacks a part is none.</summary>
    public static AnswerJson Complete => field ??= new(new JsonSerializerOptions(Default.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true });
}
