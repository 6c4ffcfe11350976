using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>What keeps a loop turning, from nothing worth a word to work that never ends.</summary>
internal enum Feed
{
    /// <summary>No hot region.</summary>
    None,

    /// <summary>A short or fixed collection, a fixed count: at most an info.</summary>
    Short,

    /// <summary>A parameter or the result of a query: as long as its caller likes.</summary>
    Bounded,

    /// <summary>A queue, channel, reader, socket or timer, or a loop that does not end by itself.</summary>
    Endless,
}

internal static class Feeds
{
    // A fixed count of so many turns is no short loop any more.
    private const int LongCount = 100;

    // By name: every messaging library has a queue of its own, and all of them call these operations alike.
    private static readonly string[] Consuming =
    [
        "Dequeue", "TryDequeue", "DequeueAsync", "Take", "TryTake", "TryRead", "ReadAsync", "ReadAllAsync", "WaitToReadAsync",
        "GetConsumingEnumerable", "TryPop", "ReadLine", "ReadLineAsync", "ReadLines", "ReadLinesAsync", "Receive", "ReceiveAsync", "ReceiveFromAsync",
        "ReceiveMessageAsync", "ReceiveMessagesAsync", "Consume", "ConsumeAsync", "Poll", "AcceptTcpClientAsync", "AcceptTcpClient",
        "AcceptAsync", "GetContext", "GetContextAsync", "WaitForNextTickAsync", "TryReceive",
    ];

    public static Feed Of(ILoopOperation loop, TypeModel model) => loop switch
    {
        IForEachLoopOperation { IsAsynchronous: true } => Feed.Endless,
        IForEachLoopOperation each => OfCollection(each.Collection, model),
        IForLoopOperation { Condition: null } => Feed.Endless,
        IForLoopOperation counted => OfBound(counted.Condition!, model),
        IWhileLoopOperation { Condition: { } condition } => IsCount(condition) && !Consumes(loop) ? OfBound(condition, model) : Feed.Endless,
        _ => Feed.Short,
    };

    /// <summary>How long a sequence may be, judged by where it comes from.</summary>
    public static Feed OfCollection(IOperation collection, TypeModel model, int depth = 0)
    {
        switch (collection.Core())
        {
            case IParameterReferenceOperation:
                return Feed.Bounded;
            case ICoalesceOperation { Value: var first } when depth < 4:
                return OfCollection(first, model, depth + 1);
            case IInvocationOperation invocation when Consumes(invocation):
                return Feed.Endless;
            case IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: "Enum" or "Enumerable" or "Array" } factory } when !factory.IsExtensionMethod:
                return Feed.Short;
            case IInvocationOperation { Instance: null, TargetMethod.IsExtensionMethod: true, Arguments: [var source, ..] } when depth < 4:
                return OfCollection(source.Value, model, depth + 1) is var feed && feed == Feed.Short && IsQuery(collection) ? Feed.Short : feed;
            case IInvocationOperation:
            case ITranslatedQueryOperation:
                return Feed.Bounded;
            case ILocalReferenceOperation { Local: var local } when depth < 4 && model.OnlyValue(local) is { } value:
                return OfCollection(value, model, depth + 1);
            default:
                return Feed.Short;
        }
    }

    /// <summary>The operation takes from a queue, channel, reader, socket or timer, itself or somewhere inside.</summary>
    public static bool Consumes(IOperation operation) =>
        operation.DescendantsAndSelf().Any(static o => o is IInvocationOperation { TargetMethod: var method } && IsConsuming(method)
            || o is IForEachLoopOperation { IsAsynchronous: true });

    private static bool IsConsuming(IMethodSymbol method) =>
        Array.IndexOf(Consuming, method.Name) >= 0
        && method.ContainingType is not { Name: "File" or "Enumerable" or "Queryable" or "RandomAccess" or "FileStream" };

    private static bool IsQuery(IOperation collection) => collection.Type is { Name: not "IQueryable" };

    private static bool IsCount(IOperation condition) =>
        condition.DescendantsAndSelf().OfType<IBinaryOperation>().Any(static b => b.OperatorKind
            is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual
            && b.LeftOperand.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && b.LeftOperand.Referenced() is ILocalSymbol or IFieldSymbol
            && b.RightOperand is not ILiteralOperation { ConstantValue.Value: 0 });

    private static Feed OfBound(IOperation condition, TypeModel model)
    {
        var bound = condition.DescendantsAndSelf().OfType<IBinaryOperation>().FirstOrDefault(static b => b.LeftOperand.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64)?.RightOperand.Core();
        if (bound is IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } collection })
            return OfCollection(collection, model);
        if (bound?.ConstantValue is { HasValue: true, Value: { } count })
            return count is int and < LongCount ? Feed.Short : Feed.Bounded;
        return bound is IParameterReferenceOperation ? Feed.Bounded : Feed.Short;
    }
}
