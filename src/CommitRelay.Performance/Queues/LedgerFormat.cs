using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// The ledger's text: JSON Lines, so that people and scripts can read it. Members that are not set are left out.
/// <code>{"op":"claim","id":"task-7","n":0,"hash":"5f0c…","fence":1764,"attempt":1,"status":"queued","by":"host:4711","at":"…Z","until":"…Z","trace":"…"}</code>
/// </summary>
internal static class LedgerFormat
{
    private const int Version = 1;
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true };

    /// <summary>The first line: tells the format, and the fence from which this file counts.</summary>
    internal static void WriteHeader(IBufferWriter<byte> output, long fence)
    {
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("ledger"u8, Version);
            writer.WriteNumber("fence"u8, fence);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    internal static void Write(IBufferWriter<byte> output, in LedgerLine line)
    {
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("op"u8, NameOf(line.Operation));
            writer.WriteString("id"u8, line.Identity.Id);
            writer.WriteNumber("n"u8, line.Identity.Occurrence);
            if (line.Identity.ElementHash != 0)
                writer.WriteString("hash"u8, line.Identity.ElementHash.ToString("x16", CultureInfo.InvariantCulture));
            if (line.Operation == LedgerOperation.State)
                writer.WriteString("state"u8, NameOf(line.State));
            if (line.Fence != 0)
                writer.WriteNumber("fence"u8, line.Fence);
            if (line.Attempt != 0)
                writer.WriteNumber("attempt"u8, line.Attempt);
            WriteText(writer, "status"u8, line.Status);
            WriteText(writer, "by"u8, line.Worker);
            WriteInstant(writer, "at"u8, line.At);
            WriteInstant(writer, "until"u8, line.Until);
            WriteInstant(writer, "claimed"u8, line.ClaimedAt);
            WriteText(writer, "reason"u8, line.Reason);
            WriteText(writer, "trace"u8, line.TraceId);
            if (line.IsShown)
                writer.WriteBoolean("shown"u8, true);
            if (!line.Text.IsEmpty)
                WriteTask(writer, line.Text.Span);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line, without its line feed.</param>
    /// <param name="line">What it says; not set for a header.</param>
    /// <param name="headerFence">The fence of a header; null for other lines.</param>
    /// <exception cref="JsonException">The line is damaged.</exception>
    /// <exception cref="NotSupportedException">The line says that the ledger is of a version that this program does not know.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> text, out LedgerLine line, out long? headerFence)
    {
        var reader = new Utf8JsonReader(text);
        var fields = default(Fields);
        fields.Read(ref reader);
        headerFence = fields.IsHeader ? fields.Fence : null;
        if (fields.IsHeader)
        {
            line = default;
            return false;
        }

        if (fields.Id is null || !TryParseOperation(fields.Operation, out var operation))
            throw new JsonException($"a ledger line needs an id and a known op, found op '{fields.Operation}'");
        line = new LedgerLine
        {
            Operation = operation,
            Identity = new TaskIdentity(fields.Id, fields.Occurrence, fields.Hash),
            Fence = fields.Fence,
            Attempt = fields.Attempt,
            State = ParseState(fields.State),
            Until = fields.Until,
            At = fields.At,
            ClaimedAt = fields.ClaimedAt,
            Worker = fields.Worker,
            Reason = fields.Reason,
            Status = fields.Status,
            TraceId = fields.TraceId,
            IsShown = fields.IsShown,
            Text = fields.Text,
        };
        return true;
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static void WriteInstant(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        if (value != default)
            writer.WriteString(name, value.UtcDateTime);
    }

    /// <summary>A line has no line feed inside: the task's own line feeds stand between tokens only, so leaving them out changes nothing.</summary>
    private static void WriteTask(Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        writer.WritePropertyName("task"u8);
        var line = new ArrayBufferWriter<byte>(text.Length);
        JsonLayout.WriteLine(text, line);
        writer.WriteRawValue(line.WrittenSpan, skipInputValidation: true);
    }

    private static string NameOf(LedgerOperation operation) => operation switch
    {
        LedgerOperation.Add => "add",
        LedgerOperation.Claim => "claim",
        LedgerOperation.Renew => "renew",
        LedgerOperation.Complete => "complete",
        LedgerOperation.Fail => "fail",
        LedgerOperation.Bury => "bury",
        LedgerOperation.Abandon => "abandon",
        LedgerOperation.Reopen => "reopen",
        LedgerOperation.Show => "show",
        _ => "state",
    };

    private static bool TryParseOperation(string? name, out LedgerOperation operation)
    {
        for (operation = LedgerOperation.Add; operation <= LedgerOperation.State; operation++)
        {
            if (NameOf(operation) == name)
                return true;
        }

        return false;
    }

    private static string NameOf(TaskState state) => state switch
    {
        TaskState.Leased => "leased",
        TaskState.Completed => "completed",
        TaskState.Dead => "dead",
        TaskState.Reopened => "reopened",
        _ => "open",
    };

    private static TaskState ParseState(string? name) => name switch
    {
        "leased" => TaskState.Leased,
        "completed" => TaskState.Completed,
        "dead" => TaskState.Dead,
        "reopened" => TaskState.Reopened,
        _ => TaskState.Open,
    };

    /// <summary>The members of a line as they are read.</summary>
    private ref struct Fields
    {
        internal bool IsHeader;
        internal string? Operation;
        internal string? Id;
        internal int Occurrence;
        internal ulong Hash;
        internal string? State;
        internal long Fence;
        internal int Attempt;
        internal string? Status;
        internal string? Worker;
        internal DateTimeOffset At;
        internal DateTimeOffset Until;
        internal DateTimeOffset ClaimedAt;
        internal string? Reason;
        internal string? TraceId;
        internal bool IsShown;
        internal byte[]? Text;

        internal void Read(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("a ledger line is a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader);
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
                throw new JsonException("a ledger line is one JSON object");
        }

        private void ReadMember(ref Utf8JsonReader reader)
        {
            var name = reader.ValueSpan;
            reader.Read();
            try
            {
                if (!TryReadNumber(name, ref reader) && !TryReadText(name, ref reader))
                    reader.Skip();
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException)
            {
                throw new JsonException(e.Message, e);
            }
        }

        private bool TryReadNumber(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
        {
            if (name.SequenceEqual("n"u8))
                Occurrence = reader.GetInt32();
            else if (name.SequenceEqual("fence"u8))
                Fence = reader.GetInt64();
            else if (name.SequenceEqual("attempt"u8))
                Attempt = reader.GetInt32();
            else if (name.SequenceEqual("ledger"u8))
                IsHeader = reader.GetInt32() == Version ? true : throw new NotSupportedException($"This is a ledger of version {reader.GetInt32()}; this program knows version {Version}.");
            else
                return false;
            return true;
        }

        private bool TryReadText(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
        {
            if (name.SequenceEqual("op"u8))
                Operation = reader.GetString();
            else if (name.SequenceEqual("id"u8))
                Id = reader.GetString();
            else if (name.SequenceEqual("hash"u8))
                Hash = ulong.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash) ? hash : throw new FormatException("a hash is 1 to 16 hexadecimal digits");
            else if (name.SequenceEqual("state"u8))
                State = reader.GetString();
            else if (name.SequenceEqual("status"u8))
                Status = reader.GetString();
            else if (name.SequenceEqual("by"u8))
                Worker = reader.GetString();
            else if (name.SequenceEqual("at"u8))
                At = reader.GetDateTimeOffset();
            else if (name.SequenceEqual("until"u8))
                Until = reader.GetDateTimeOffset();
            else if (name.SequenceEqual("claimed"u8))
                ClaimedAt = reader.GetDateTimeOffset();
            else if (name.SequenceEqual("reason"u8))
                Reason = reader.GetString();
            else if (name.SequenceEqual("trace"u8))
                TraceId = reader.GetString();
            else if (name.SequenceEqual("shown"u8))
                IsShown = reader.GetBoolean();
            else if (name.SequenceEqual("task"u8))
                Text = ReadTask(ref reader);
            else
                return false;
            return true;
        }

        private static byte[] ReadTask(ref Utf8JsonReader reader)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
        }
    }
}
