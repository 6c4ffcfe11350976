using System;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>A test of a response for 429, or for any code without success, and the code that runs when it is so.</summary>
internal sealed class StatusTest
{
    private StatusTest(IOperation operation, IOperation branch, bool isAnyFailure)
    {
        Operation = operation;
        Branch = branch;
        IsAnyFailure = isAnyFailure;
    }

    public IOperation Operation { get; }

    /// <summary>What runs when the server refuses: the branch, or the block that goes on after the good case has left it.</summary>
    public IOperation Branch { get; }

    /// <summary>Every failure is tried again, not 429 alone.</summary>
    public bool IsAnyFailure { get; }

    public string Name => IsAnyFailure ? "IsSuccessStatusCode" : "429";

    public static bool IsStatus(IOperation operation, INamedTypeSymbol status) => operation switch
    {
        IFieldReferenceOperation { Field: { Name: "TooManyRequests" } field } => field.ContainingType.Is(status),
        ILiteralOperation { ConstantValue: { HasValue: true, Value: 429 } } => true,
        IPropertyReferenceOperation { Property: { Name: "IsSuccessStatusCode", ContainingType.Name: "HttpResponseMessage" } } => true,
        _ => false,
    };

    /// <summary>Follows the status up to the test it takes part in; null when it is no test of a response.</summary>
    public static StatusTest? From(IOperation status)
    {
        var isAnyFailure = status is IPropertyReferenceOperation;
        var refused = !isAnyFailure;
        for (IOperation child = status, current = status.Parent!; current is not null; child = current, current = current.Parent!)
        {
            switch (current)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals }:
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }:
                case INegatedPatternOperation:
                    refused = !refused;
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equality when !IsResponse(equality):
                    return null;
                case IConditionalOperation conditional when child == conditional.Condition:
                    return Branched(status, conditional, refused, isAnyFailure);
                case ICaseClauseOperation { Parent: ISwitchCaseOperation @case }:
                    return new(status, @case, isAnyFailure);
                case ICatchClauseOperation handler when child == handler.Filter:
                    return new(status, handler.Handler, isAnyFailure);
                case IExpressionStatementOperation or IBlockOperation or IArgumentOperation or IVariableInitializerOperation:
                    return null;
            }
        }

        return null;
    }

    private static StatusTest? Branched(IOperation status, IConditionalOperation conditional, bool refused, bool isAnyFailure)
    {
        if (refused)
            return new(status, conditional.WhenTrue, isAnyFailure);
        if (conditional.WhenFalse is { } otherwise)
            return new(status, otherwise, isAnyFailure);
        return conditional.Parent is IBlockOperation block ? new(status, block, isAnyFailure) : null;
    }

    /// <summary>429 means something only against a status or its number.</summary>
    private static bool IsResponse(IBinaryOperation equality) =>
        new[] { equality.LeftOperand, equality.RightOperand }.Any(static side =>
            side.Type?.Name == "HttpStatusCode" || side.Core() is { Type.Name: "HttpStatusCode" }
            || side.Core().Referenced() is { } symbol && (symbol.Name.IndexOf("status", StringComparison.OrdinalIgnoreCase) >= 0 || symbol.Name.EndsWith("Code", StringComparison.OrdinalIgnoreCase)));
}
