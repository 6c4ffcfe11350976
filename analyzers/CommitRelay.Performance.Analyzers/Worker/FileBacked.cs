using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Says whether a stream or writer surely ends in a file: seen through its constructor's argument, its local or its field.</summary>
internal sealed class FileBacked(TypeModel model)
{
    private const int MaxDepth = 4;

    public bool Is(IOperation? writer) => writer is not null && Is(writer, 0);

    private bool Is(IOperation writer, int depth)
    {
        if (depth > MaxDepth)
            return false;
        writer = writer.Core();
        switch (writer)
        {
            case IObjectCreationOperation creation when creation.Type.Is(model.Known.FileStream):
                return true;
            case IObjectCreationOperation { Arguments: [var first, ..] } creation when Wraps(creation.Type):
                return creation.Argument("path") is not null || Is(first.Value, depth + 1);
            case IInvocationOperation call when call.TargetMethod.ContainingType.Is(model.Known.File) || call.TargetMethod.ContainingType.Is(model.Known.FileInfo):
                return call.Type.DerivesFrom(model.Known.Stream) || call.Type.DerivesFrom(model.Known.StreamWriter);
            case IInvocationOperation { TargetMethod: { Name: "Synchronized", ContainingType: var type }, Arguments: [var inner] } when type.Is(model.Known.TextWriter):
                return Is(inner.Value, depth + 1);
            case ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation when writer.Referenced() is { } symbol:
                var values = model.Values(symbol).Where(static v => v is not null && !IsNull(v)).ToList();
                return values.Count > 0 && values.All(v => Is(v!, depth + 1));
            default:
                return false;
        }
    }

    private bool Wraps(ITypeSymbol? type) =>
        type.Is(model.Known.StreamWriter) || type.Is(model.Known.BinaryWriter) || type is { Name: "BufferedStream", ContainingNamespace.Name: "IO" };

    private static bool IsNull(IOperation value) => value.Core() is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation;
}
