using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Tests that let a branch run once, or only now and then: what stands under them is not hot.</summary>
internal static class Guards
{
    private static readonly string[] Clocks = ["DateTime", "DateTimeOffset", "TimeSpan", "Stopwatch", "TimeOnly", "DateOnly"];
    private static readonly string[] DirtyNames = ["dirty", "changed", "modified", "pending", "needssave"];

    private static readonly string[] FileMarks = ["hash", "etag", "checksum", "version", "stamp", "changed", "modified", "lastwrite", "dirty", "reload"];

    /// <summary>The branch below the condition runs once or slowly.</summary>
    public static bool IsRare(IOperation condition, IOperation branch) => IsSlow(condition) || ChangesItsOwnTest(condition, branch);

    /// <summary>A test of time, of a remainder, of a full count, or of a dirty mark.</summary>
    public static bool IsSlow(IOperation condition)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            switch (part)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder }:
                    return true;
                case IBinaryOperation binary when IsRelation(binary) && (IsClock(binary.LeftOperand) || IsClock(binary.RightOperand) || IsFullCount(binary)):
                    return true;
                case IFieldReferenceOperation or ILocalReferenceOperation or IPropertyReferenceOperation
                    when part.Type?.SpecialType == SpecialType.System_Boolean && IsDirtyName(part.Referenced()!.Name):
                    return true;
            }
        }

        return false;
    }

    /// <summary>A test of a file's time stamp, size or hash.</summary>
    public static bool LooksAtFile(IOperation condition) => condition.DescendantsAndSelf().Any(static o =>
        o.Type?.Name is "DateTime" or "DateTimeOffset"
        || o.Referenced() is { } symbol && FileMarks.Any(mark => symbol.Name.IndexOf(mark, System.StringComparison.OrdinalIgnoreCase) >= 0));

    /// <summary>As in <c>if (month != last) { last = month; … }</c> or <c>if (!done) { done = true; … }</c>.</summary>
    private static bool ChangesItsOwnTest(IOperation condition, IOperation branch)
    {
        var tested = new HashSet<ISymbol>(
            condition.DescendantsAndSelf().Select(static o => o.Referenced()).OfType<ISymbol>().Where(static s => s is ILocalSymbol or IFieldSymbol or IPropertySymbol),
            SymbolEqualityComparer.Default);
        if (tested.Count == 0)
            return false;
        return branch.Unconditional().OfType<ISimpleAssignmentOperation>().Any(a => a.Target.Referenced() is { } target && tested.Contains(target));
    }

    private static bool IsRelation(IBinaryOperation binary) => binary.OperatorKind
        is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual
        or BinaryOperatorKind.NotEquals;

    private static bool IsClock(IOperation operand)
    {
        if (operand.Core() is { Type.Name: var type } && Clocks.Contains(type))
            return true;
        return operand.Core() is IPropertyReferenceOperation { Property: { ContainingType.Name: var owner } } && Clocks.Contains(owner)
            || operand.Core() is IPropertyReferenceOperation { Property.Name: "TickCount" or "TickCount64" }
            || operand.Core() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference && (IsClock(difference.LeftOperand) || IsClock(difference.RightOperand));
    }

    /// <summary>A count that has grown: above one, or against a limit. A test for emptiness is none.</summary>
    private static bool IsFullCount(IBinaryOperation binary)
    {
        var (count, limit) = binary.OperatorKind is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual
            ? (binary.LeftOperand.Core(), binary.RightOperand.Core())
            : (binary.RightOperand.Core(), binary.LeftOperand.Core());
        if (binary.OperatorKind == BinaryOperatorKind.NotEquals || count.Type?.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64))
            return false;
        var counts = count is IIncrementOrDecrementOperation or IPropertyReferenceOperation { Property.Name: "Count" or "Length" }
            || count.Referenced() is { } symbol && symbol.Name.IndexOf("count", System.StringComparison.OrdinalIgnoreCase) >= 0;
        return counts && !(limit.ConstantValue is { HasValue: true, Value: 0 or 1 or 0L or 1L });
    }

    private static bool IsDirtyName(string name) =>
        DirtyNames.Any(dirty => name.IndexOf(dirty, System.StringComparison.OrdinalIgnoreCase) >= 0);
}
