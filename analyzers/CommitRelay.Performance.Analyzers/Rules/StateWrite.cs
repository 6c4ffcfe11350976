using System;
using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>A file overwritten in place with what a serializer made, or with what its type reads back.</summary>
internal sealed class StateWrite
{
    private static readonly string[] WriteAll = ["WriteAllText", "WriteAllTextAsync", "WriteAllBytes", "WriteAllBytesAsync"];
    private static readonly string[] Exports = ["Export", "Report", "Dump", "Backup", "Output", "Render", "Emit"];
    private static readonly string[] OwnFiles = [".lock", ".pid", "/proc/", "/sys/", "/dev/"];

    private StateWrite(IOperation operation, IOperation path, IOperation? content, bool isSerialized)
    {
        Operation = operation;
        Path = path;
        Content = content;
        IsSerialized = isSerialized;
    }

    public IOperation Operation { get; }

    public IOperation Path { get; }

    /// <summary>What is written; null when a stream is handed to the serializer.</summary>
    public IOperation? Content { get; }

    /// <summary>A serializer made the content; else it is a plain text that counts only when the type reads it back.</summary>
    public bool IsSerialized { get; }

    public static bool IsWrite(IOperation operation, KnownTypes known) => operation switch
    {
        IInvocationOperation call when call.TargetMethod.ContainingType.Is(known.File) =>
            Array.IndexOf(WriteAll, call.TargetMethod.Name) >= 0 || call.TargetMethod.Name is "Create" or "CreateText" || FileOpening.HasMode(call.Arguments, known, "Create"),
        IObjectCreationOperation creation when creation.Type.Is(known.FileStream) => FileOpening.HasMode(creation.Arguments, known, "Create"),
        IObjectCreationOperation creation when creation.Type.Is(known.StreamWriter) =>
            creation.Argument("path") is not null && (creation.Argument("append") is not { } append || append.ConstantValue is { HasValue: true, Value: false }),
        _ => false,
    };

    public static StateWrite? From(IOperation operation, TypeModel model)
    {
        if (operation is IInvocationOperation call && Array.IndexOf(WriteAll, call.TargetMethod.Name) >= 0)
        {
            var content = Resolve(call.Arguments[1].Value, model);
            if (content.ConstantValue.HasValue || IsEmpty(content, model))
                return null;
            return new(operation, call.Arguments[0].Value, content, IsSerializer(content));
        }

        var path = operation switch
        {
            IInvocationOperation open => open.Arguments.FirstOrDefault(static a => a.Parameter?.Name == "path")?.Value,
            IObjectCreationOperation creation => creation.Argument("path"),
            _ => null,
        };
        return path is not null && GoesIntoSerializer(operation) ? new(operation, path, null, isSerialized: true) : null;
    }

    /// <summary>Words of the names around say that the file is for others to read.</summary>
    public bool IsExport(TypeModel model)
    {
        var names = new[] { model.Function(Operation)?.Name, model.Owner(Operation)?.Name, model.Owner(Operation)?.ContainingType?.Name, Path.Referenced()?.Name };
        return names.OfType<string>().Any(static n => Exports.Any(word => n.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0));
    }

    /// <summary>A lock, pid or system file: one line that its owner writes.</summary>
    public bool IsOwnersMark(TypeModel model) => Path.DescendantsAndSelf().Concat(model.OnlyValue(Path.Referenced())?.DescendantsAndSelf() ?? [])
        .Any(static o => o.ConstantValue is { HasValue: true, Value: string text } && OwnFiles.Any(mark => text.IndexOf(mark, StringComparison.OrdinalIgnoreCase) >= 0));

    private static IOperation Resolve(IOperation value, TypeModel model)
    {
        var core = value.Core();
        return core is ILocalReferenceOperation { Local: var local } && model.OnlyValue(local) is { } only ? only.Core() : core;
    }

    /// <summary>Json, XML or binary serializers, and the documents that write themselves as text.</summary>
    private static bool IsSerializer(IOperation content) => content switch
    {
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType: var type } } =>
            name.StartsWith("Serialize", StringComparison.Ordinal) && (type.Name.Contains("Seriali") || type.Name.Contains("Json"))
            || name == "ToJsonString"
            || name == "ToString" && type.Name is "JToken" or "JObject" or "JArray" or "JsonNode" or "JsonObject" or "JsonArray",
        _ => false,
    };

    /// <summary>A new and empty object written: the first state, which nothing can lose.</summary>
    private static bool IsEmpty(IOperation content, TypeModel model) =>
        content is IInvocationOperation { Arguments: [var value, ..] } && Resolve(value.Value, model) switch
        {
            IObjectCreationOperation { Arguments.Length: 0, Initializer: null } => value.Value.Core() is IObjectCreationOperation,
            IArrayCreationOperation { Initializer.ElementValues.Length: 0 } => true,
            _ => false,
        };

    private static bool GoesIntoSerializer(IOperation opening)
    {
        var names = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var value = opening.Wrapped();
        if (value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator })
            names.Add(declarator.Symbol);
        return opening.EnclosingFunction().Inside<IInvocationOperation>().Any(call =>
            call.TargetMethod.Name.StartsWith("Serialize", StringComparison.Ordinal)
            && call.Arguments.Any(a => a.Value.Core() == opening || a.Value.Referenced() is { } symbol && names.Contains(symbol)));
    }
}
