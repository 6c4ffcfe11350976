using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Tells one item from a batch, by how the value is made.</summary>
internal sealed class Payload(TypeModel model)
{
    private const int MaxDepth = 4;

    /// <summary>The value is many items gathered elsewhere, or may be.</summary>
    public bool IsBatch(IOperation value) => IsBatch(value, value, 0);

    /// <summary>The value tells of an error: such lines are few, and must be out before the process dies.</summary>
    public bool IsAboutException(IOperation value) =>
        value.DescendantsAndSelf().Any(o => o.Type.DerivesFrom(model.Known.Exception))
        || value.Core() is ILocalReferenceOperation { Local: var local } && model.OnlyValue(local) is { } only && only.DescendantsAndSelf().Any(o => o.Type.DerivesFrom(model.Known.Exception));

    private bool IsBatch(IOperation value, IOperation site, int depth)
    {
        value = value.Core();
        if (depth > MaxDepth)
            return true;
        switch (value)
        {
            case IArrayCreationOperation { Initializer: { } fixedValues }:
                return fixedValues.ElementValues.Any(v => IsBatch(v, site, depth + 1));
            case ICollectionExpressionOperation values:
                return values.Elements.Any(e => e is ISpreadOperation || IsBatch(e, site, depth + 1));
            case ILocalReferenceOperation { Local: var local }:
                return IsBatch(local, site, depth);
            case IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.Name: "StringBuilder" }, Instance: { } builder }:
                return IsFilledElsewhere(builder, site);
            case IInvocationOperation { TargetMethod: { Name: "Join", ContainingType.SpecialType: SpecialType.System_String } } join:
                return BreaksLines(join.Arguments[0].Value) && join.Arguments.Skip(1).Any(a => a.Value.Core().Type.IsSequence() && IsBatch(a.Value, site, depth + 1));
            case IInvocationOperation { TargetMethod: { Name: "Concat", ContainingType.SpecialType: SpecialType.System_String }, Arguments: [var only] }:
                return IsBatch(only.Value, site, depth + 1);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when sum.Type?.SpecialType == SpecialType.System_String:
                return IsBatch(sum.LeftOperand, site, depth + 1) || IsBatch(sum.RightOperand, site, depth + 1);
            case IInvocationOperation { Type: IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } } encoded:
                return encoded.Arguments.Any(a => a.Value.Core().Type.IsSequence() && a.Value.Core() is not ILocalReferenceOperation);
            default:
                return value.Type.IsSequence() || value.Type?.Name is "ReadOnlyMemory" or "Memory" or "ReadOnlySpan" or "Span";
        }
    }

    /// <summary>A local stands for its only value; one that a loop of its own adds to is a batch.</summary>
    private bool IsBatch(ILocalSymbol local, IOperation site, int depth)
    {
        if (model.OnlyValue(local) is { } only)
            return IsBatch(only, site, depth + 1);
        return local.Type.IsSequence() || Grows(local, site);
    }

    private static bool Grows(ILocalSymbol local, IOperation site)
    {
        var loops = new HashSet<ILoopOperation>(site.EnclosingLoops());
        return site.EnclosingFunction().Inside<IAssignmentOperation>()
            .Any(a => a.Target.Referenced().Is(local) && IsSelfAddition(a, local) && a.EnclosingLoops().Any(l => !loops.Contains(l)));
    }

    private static bool IsSelfAddition(IAssignmentOperation assignment, ILocalSymbol local) =>
        assignment is ICompoundAssignmentOperation || assignment.Value.DescendantsAndSelf().Any(o => o.Referenced().Is(local));

    /// <summary>A builder from outside, or one filled in a loop that this write does not share.</summary>
    private static bool IsFilledElsewhere(IOperation builder, IOperation site)
    {
        if (builder.Core() is IInvocationOperation { Instance: { } inner })
            return IsFilledElsewhere(inner, site);
        if (builder.Core() is not ILocalReferenceOperation { Local: var local })
            return builder.Core() is not IObjectCreationOperation;
        var loops = new HashSet<ILoopOperation>(site.EnclosingLoops());
        foreach (var use in site.EnclosingFunction().Inside<ILocalReferenceOperation>().Where(o => o.Local.Is(local)))
        {
            if (use.EnclosingLoops().Any(l => !loops.Contains(l)) || use.Wrapped().Parent is IArgumentOperation)
                return true;
        }

        // Declared outside the loop of the write: it gathers over many turns.
        return DeclaredOutside(local, loops);
    }

    private static bool DeclaredOutside(ILocalSymbol local, HashSet<ILoopOperation> loops) =>
        local.DeclaringSyntaxReferences is [var declaration, ..] && loops.Any(l => !l.Syntax.Span.Contains(declaration.Span));

    private static bool BreaksLines(IOperation separator) =>
        separator.Core() is IFieldReferenceOperation or IPropertyReferenceOperation { Property.Name: "NewLine" }
        || separator.Core().ConstantValue is { HasValue: true, Value: { } text } && text.ToString().Contains('\n');
}
