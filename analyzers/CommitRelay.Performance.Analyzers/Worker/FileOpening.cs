using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Recognises the expressions that open a file, and what they are opened for.</summary>
internal static class FileOpening
{
    /// <summary>The path, if the operation opens a file to append to it.</summary>
    public static IOperation? AppendPath(IOperation operation, KnownTypes known)
    {
        switch (operation)
        {
            case IInvocationOperation call when call.TargetMethod.ContainingType.Is(known.File) && call.TargetMethod.Name == "AppendText":
                return call.Argument("path");
            case IInvocationOperation { TargetMethod.Name: "AppendText", Instance: { } file } call when call.TargetMethod.ContainingType.Is(known.FileInfo):
                return file;
            case IObjectCreationOperation creation when creation.Type.Is(known.StreamWriter) && creation.Argument("append") is { ConstantValue: { HasValue: true, Value: true } }:
                return creation.Argument("path");
            case IObjectCreationOperation creation when creation.Type.Is(known.FileStream) && HasMode(creation.Arguments, known, "Append"):
                return creation.Argument("path");
            // File.Open, FileInfo.Open, and the wrappers that testable code puts before them.
            case IInvocationOperation call when call.Type.DerivesFrom(known.Stream) && HasMode(call.Arguments, known, "Append"):
                return call.Arguments.FirstOrDefault(static a => a.Parameter?.Type.SpecialType == SpecialType.System_String)?.Value ?? call.Instance;
            default:
                return null;
        }
    }

    /// <summary>One of the arguments is the file mode of that name.</summary>
    public static bool HasMode(System.Collections.Immutable.ImmutableArray<IArgumentOperation> arguments, KnownTypes known, string mode) =>
        arguments.Any(a => a.Value.Core() is IFieldReferenceOperation { Field: var field } && field.ContainingType.Is(known.FileMode) && field.Name == mode);
}
