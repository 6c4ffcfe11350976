using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers;

internal static class OperationExtensions
{
    /// <summary>The value itself, without conversions, parentheses, awaits and ConfigureAwait around it.</summary>
    public static IOperation Core(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IAwaitOperation await:
                    operation = await.Operation;
                    break;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } instance }:
                    operation = instance;
                    break;
                case IInvocationOperation { TargetMethod.Name: "GetResult", Instance: IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } task } }:
                    operation = task;
                    break;
                case IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" }, Instance: { } awaited }:
                    operation = awaited;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>The outermost expression that still is this value: the opposite of <see cref="Core"/>.</summary>
    public static IOperation Wrapped(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            var isSame = parent is IConversionOperation or IParenthesizedOperation or IAwaitOperation
                || parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult", Instance: { } instance } && instance == operation
                || parent is IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" } };
            if (!isSame)
                return operation;
            operation = parent;
        }

        return operation;
    }

    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>The local, parameter, field or property that the expression names, without its qualifier; else null.</summary>
    public static ISymbol? Referenced(this IOperation? operation) => operation?.Core() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        IDeclarationExpressionOperation declaration => declaration.Expression.Referenced(),
        _ => null,
    };

    public static IOperation? Argument(this IInvocationOperation invocation, string parameter) => invocation.Arguments.Find(parameter);

    public static IOperation? Argument(this IObjectCreationOperation creation, string parameter) => creation.Arguments.Find(parameter);

    private static IOperation? Find(this IEnumerable<IArgumentOperation> arguments, string parameter)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == parameter && argument.ArgumentKind != ArgumentKind.DefaultValue)
                return argument.Value;
        }

        return null;
    }

    /// <summary>The body of the method, lambda or local function around the operation, or the initializer it stands in.</summary>
    public static IOperation EnclosingFunction(this IOperation operation)
    {
        var current = operation;
        while (current.Parent is { } parent)
        {
            current = parent;
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                break;
        }

        return current;
    }

    /// <summary>The loop around the operation, within the same function.</summary>
    public static IEnumerable<ILoopOperation> EnclosingLoops(this IOperation operation)
    {
        for (var current = operation.Parent; current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                yield return loop;
        }
    }

    /// <summary>What runs whenever the statement runs: branches, loop bodies, handlers and nested functions are left out.</summary>
    public static IEnumerable<IOperation> Unconditional(this IOperation operation)
    {
        yield return operation;
        foreach (var child in operation.ChildOperations)
        {
            var runs = operation switch
            {
                IConditionalOperation conditional => child == conditional.Condition,
                ICoalesceOperation coalesce => child == coalesce.Value,
                IConditionalAccessOperation access => child == access.Operation,
                IWhileLoopOperation { ConditionIsTop: false } => true,
                IWhileLoopOperation loop => child == loop.Condition,
                IForEachLoopOperation loop => child == loop.Collection,
                ILoopOperation loop => child != loop.Body,
                ISwitchOperation @switch => child == @switch.Value,
                ISwitchExpressionOperation @switch => child == @switch.Value,
                ITryOperation @try => child is not ICatchClauseOperation,
                IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } binary => child == binary.LeftOperand,
                _ => child is not (IAnonymousFunctionOperation or ILocalFunctionOperation),
            };
            if (!runs)
                continue;
            foreach (var inner in child.Unconditional())
                yield return inner;
        }
    }

    public static bool IsDiscarded(this IOperation operation) => operation.Wrapped().Parent is IExpressionStatementOperation;

    public static IOperation? Statement(this IOperation operation)
    {
        for (var current = operation; current is not null; current = current.Parent)
        {
            if (current.Parent is IBlockOperation or null)
                return current;
        }

        return null;
    }

    public static IEnumerable<T> Inside<T>(this IOperation operation)
        where T : IOperation => operation.Descendants().OfType<T>();
}
