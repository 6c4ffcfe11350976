using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>A whole file read into one text or array whose sole use is one JSON parse.</summary>
internal sealed class WholeFileRead
{
    private WholeFileRead(IInvocationOperation read, IOperation path, IInvocationOperation parse, bool isTested)
    {
        Read = read;
        Path = path;
        Parse = parse;
        IsTested = isTested;
    }

    public IInvocationOperation Read { get; }

    public IOperation Path { get; }

    public IInvocationOperation Parse { get; }

    /// <summary>The text is also looked at for emptiness or length.</summary>
    public bool IsTested { get; }

    public string Kind => Read.Type?.ToDisplayString().Contains("byte[]") == true ? "byte array" : "string";

    /// <summary>The operation reads a file whole: by File, or ReadToEnd on a reader that the method made from a path.</summary>
    public static bool IsRead(IOperation operation, KnownTypes known) =>
        operation is IInvocationOperation call
        && (call.TargetMethod.Name is "ReadAllText" or "ReadAllTextAsync" or "ReadAllBytes" or "ReadAllBytesAsync" && call.TargetMethod.ContainingType.Is(known.File)
            || call.TargetMethod.Name is "ReadToEnd" or "ReadToEndAsync" && call.Instance?.Type.DerivesFrom(known.TextReader) == true);

    public static WholeFileRead? From(IInvocationOperation read, TypeModel model, JsonParsing json)
    {
        var path = read.TargetMethod.ContainingType.Is(model.Known.File) ? read.Argument("path") : ReaderPath(read.Instance!, model);
        if (path is null)
            return null;
        var value = read.Wrapped();
        if (ParseOf(value, model, json) is { } inline)
            return new(read, path, inline, isTested: false);
        return HolderOf(value) is { } local ? ThroughLocal(read, path, local, model, json) : null;
    }

    /// <summary>The path or file stream that the reader was made from in this method.</summary>
    private static IOperation? ReaderPath(IOperation reader, TypeModel model)
    {
        var source = reader.Core() is ILocalReferenceOperation { Local: var local } ? model.OnlyValue(local)?.Core() : reader.Core();
        return source switch
        {
            IObjectCreationOperation { Type: { } type } creation when type.Is(model.Known.StreamReader) =>
                creation.Argument("path") ?? (creation.Argument("stream") is { } stream ? StreamPath(stream, model) : null),
            IInvocationOperation { TargetMethod: { Name: "OpenText" } open } call when open.ContainingType.Is(model.Known.File) => call.Argument("path"),
            IInvocationOperation { TargetMethod: { Name: "OpenText" } open, Instance: { } file } when open.ContainingType.Is(model.Known.FileInfo) => file,
            _ => null,
        };
    }

    private static IOperation? StreamPath(IOperation stream, TypeModel model)
    {
        var source = stream.Core() is ILocalReferenceOperation { Local: var local } ? model.OnlyValue(local)?.Core() : stream.Core();
        return source switch
        {
            IObjectCreationOperation { Type: { } type } creation when type.Is(model.Known.FileStream) => creation.Argument("path"),
            IInvocationOperation { TargetMethod: { Name: "Open" or "OpenRead" } open } call when open.ContainingType.Is(model.Known.File) => call.Argument("path"),
            _ => null,
        };
    }

    /// <summary>The parse that takes the value, at once or as a method of this type that does nothing else.</summary>
    private static IInvocationOperation? ParseOf(IOperation value, TypeModel model, JsonParsing json)
    {
        value = value.Wrapped();
        if (value.Parent is not IArgumentOperation { Parent: IInvocationOperation call } argument)
            return null;
        if (json.IsParse(call))
            return call.Arguments[0] == argument ? call : null;
        if (argument.Parameter is not { } parameter || model.Bodies(call.TargetMethod) is not [var body])
            return null;
        var uses = body.Root().Inside<IParameterReferenceOperation>().Where(p => p.Parameter.OriginalDefinition.Is(parameter.OriginalDefinition)).ToList();
        var statements = body is IBlockOperation block ? block.Operations.Length : 1;
        return statements == 1 && uses is [var only] && only.Wrapped().Parent is IArgumentOperation { Parent: IInvocationOperation inner } && json.IsParse(inner) ? inner : null;
    }

    private static ILocalSymbol? HolderOf(IOperation value) => value.Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
        ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } => local,
        _ => null,
    };

    private static WholeFileRead? ThroughLocal(IInvocationOperation read, IOperation path, ILocalSymbol local, TypeModel model, JsonParsing json)
    {
        if (!HasOneValue(local, model))
            return null;
        IInvocationOperation? parse = null;
        var isTested = false;
        foreach (var use in read.Root().Inside<ILocalReferenceOperation>().Where(r => r.Local.Is(local)))
        {
            if (use.Parent is ISimpleAssignmentOperation { Target: var target } && target == use)
                continue;
            if (IsEmptinessTest(use))
                isTested = true;
            else if (parse is null && ParseOf(use, model, json) is { } found)
                parse = found;
            else
                return null;
        }

        return parse is null ? null : new(read, path, parse, isTested);
    }

    /// <summary>Declared with the text, or declared without a value and assigned once.</summary>
    private static bool HasOneValue(ILocalSymbol local, TypeModel model)
    {
        var values = model.Values(local).Where(static v => v is null || !IsNothing(v)).ToList();
        return values.Count == 1 && values[0] is not null;
    }

    private static bool IsNothing(IOperation value) =>
        value.Core() is { ConstantValue: { HasValue: true, Value: null or "" } } or IDefaultValueOperation or IFieldReferenceOperation { Field: { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String } };

    private static bool IsEmptinessTest(ILocalReferenceOperation use)
    {
        var value = use.Wrapped();
        return value.Parent switch
        {
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String } } } => true,
            IPropertyReferenceOperation { Property.Name: "Length" } => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } test =>
                IsNothing(test.LeftOperand) || IsNothing(test.RightOperand),
            IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } => true,
            IConditionalAccessOperation { WhenNotNull: IPropertyReferenceOperation { Property.Name: "Length" } } => true,
            _ => false,
        };
    }
}
