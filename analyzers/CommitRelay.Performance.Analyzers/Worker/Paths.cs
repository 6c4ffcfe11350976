using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Says whether a path names the same file each time: what depends on a parameter, a turn, a clock or a GUID does not.</summary>
internal sealed class Paths(TypeModel model)
{
    private const int MaxDepth = 8;

    public bool IsSameEachTime(IOperation path) => IsStable(path, path.EnclosingFunction(), 0);

    /// <summary>Both expressions surely name one file.</summary>
    public static bool AreEqual(IOperation left, IOperation right)
    {
        left = left.Core();
        right = right.Core();
        if (left.ConstantValue is { HasValue: true, Value: { } constant })
            return right.ConstantValue.HasValue && constant.Equals(right.ConstantValue.Value);
        return left.Referenced() is { } symbol && right.Referenced().Is(symbol);
    }

    private bool IsStable(IOperation? operation, IOperation function, int depth)
    {
        if (operation is null || depth > MaxDepth)
            return operation is null;
        operation = operation.Core();
        if (operation.ConstantValue.HasValue || operation is IInstanceReferenceOperation or ILiteralOperation)
            return true;
        bool Stable(IOperation? part) => IsStable(part, function, depth + 1);
        return operation switch
        {
            IFieldReferenceOperation field => Stable(field.Instance) && !IsAssignedIn(field.Field, function),
            IPropertyReferenceOperation property => IsStable(property, function, depth),
            IParameterReferenceOperation parameter => IsCapturedByPrimaryConstructor(parameter),
            ILocalReferenceOperation local => model.OnlyValue(local.Local) is { } value && Stable(value),
            IInvocationOperation call => IsStable(call, function, depth),
            IObjectCreationOperation { Type.Name: "FileInfo" or "DirectoryInfo" or "Uri" } creation => creation.Arguments.All(a => Stable(a.Value)),
            IInterpolatedStringOperation text => text.Parts.All(p => p is not IInterpolationOperation hole || Stable(hole.Expression)),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => Stable(sum.LeftOperand) && Stable(sum.RightOperand),
            ICoalesceOperation coalesce => Stable(coalesce.Value) && Stable(coalesce.WhenNull),
            IConditionalOperation choice => Stable(choice.WhenTrue) && Stable(choice.WhenFalse),
            IArrayElementReferenceOperation element => Stable(element.ArrayReference) && element.Indices.All(Stable),
            IArrayCreationOperation { Initializer: { } values } => values.ElementValues.All(Stable),
            ICollectionExpressionOperation values => values.Elements.All(Stable),
            _ => false,
        };
    }

    private bool IsStable(IPropertyReferenceOperation property, IOperation function, int depth)
    {
        if (IsVolatile(property.Type) || property.Property.Name.StartsWith("TickCount", System.StringComparison.Ordinal))
            return false;
        if (!IsStable(property.Instance, function, depth + 1) || !property.Arguments.All(a => IsStable(a.Value, function, depth + 1)))
            return false;
        return property.Property.GetMethod is not { } getter || ReturnsStable(getter, depth) && !IsAssignedIn(property.Property, function);
    }

    private bool IsStable(IInvocationOperation call, IOperation function, int depth)
    {
        var type = call.TargetMethod.ContainingType;
        if (IsVolatile(call.Type) || call.TargetMethod.Name is "GetTempFileName" or "GetRandomFileName")
            return false;
        if (!IsStable(call.Instance, function, depth + 1) || !call.Arguments.All(a => IsStable(a.Value, function, depth + 1)))
            return false;
        if (type is { Name: "Path" or "String" or "Environment" or "AppContext" or "Directory" or "Assembly" } || type.Name.Contains("Configuration"))
            return true;
        return call.TargetMethod.Name is "ToString" or "Combine" || model.Bodies(call.TargetMethod).Count > 0 && ReturnsStable(call.TargetMethod, depth);
    }

    /// <summary>All that a getter or method of this type returns is stable; of other types' members we believe it.</summary>
    private bool ReturnsStable(IMethodSymbol method, int depth)
    {
        foreach (var body in model.Bodies(method))
        {
            foreach (var result in body.Inside<IReturnOperation>())
            {
                if (result.ReturnedValue is { } value && !IsStable(value, body.Root(), depth + 1))
                    return false;
            }
        }

        return true;
    }

    private static bool IsVolatile(ITypeSymbol? type) => type?.Name is "DateTime" or "DateTimeOffset" or "Guid" or "TimeSpan" or "DateOnly";

    private bool IsCapturedByPrimaryConstructor(IParameterReferenceOperation reference) =>
        reference.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && !constructor.Is(model.Owner(reference));

    private static bool IsAssignedIn(ISymbol member, IOperation function) =>
        function.Inside<IAssignmentOperation>().Any(a => a.Target.Referenced().Is(member) && a is not ICoalesceAssignmentOperation);
}
