using System;
using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>Where a flush stands: after one item, after a whole document, or where something needs it.</summary>
internal static class FlushPlace
{
    /// <summary>The write of one item that the flush follows in the same turn; null where it closes a batch or stands apart.</summary>
    public static IInvocationOperation? ItemBefore(IInvocationOperation flush)
    {
        if (flush.Instance.Referenced() is not { } writer)
            return null;
        var turn = flush.EnclosingLoops().FirstOrDefault();
        IInvocationOperation? item = null;
        foreach (var call in flush.EnclosingFunction().Inside<IInvocationOperation>().Where(c => IsWriteTo(c, writer)))
        {
            if (call.Syntax.SpanStart > flush.Syntax.SpanStart)
                continue;
            if (call.EnclosingLoops().FirstOrDefault() is var loop && loop != turn)
            {
                // A loop of writes inside the turn makes the flush that of a batch.
                if (loop is not null && (turn is null || loop.EnclosingLoops().Contains(turn)))
                    return null;
                continue;
            }

            item = call;
        }

        return item is not null && SharesBranches(item, flush) ? item : null;
    }

    /// <summary>Something right after needs what is flushed, a mutex guards the file, or the flush is a flush's own work.</summary>
    public static bool IsNeeded(IInvocationOperation flush, TypeModel model)
    {
        if (model.Function(flush)?.Name is { } name && name.StartsWith("Flush", StringComparison.Ordinal))
            return true;
        var writer = flush.Instance.Referenced();
        var function = flush.EnclosingFunction();
        if (function.Inside<IInvocationOperation>().Any(static c => c.TargetMethod is { Name: "WaitOne" } method && c.Instance?.Type?.Name == "Mutex" && method is not null))
            return true;
        return IsLastUse(flush, writer) || UsesPosition(flush, function);
    }

    /// <summary>Non-blocking takes inside a loop that waits: what has gathered goes out at once, and then there is a pause.</summary>
    public static bool IsDrainOfASlowLoop(IOperation? region, TypeModel model) =>
        region is IWhileLoopOperation { Condition: { } condition } drain
        && condition.DescendantsAndSelf().OfType<IInvocationOperation>().Any(static c => c.TargetMethod.Name.StartsWith("Try", StringComparison.Ordinal))
        && drain.EnclosingLoops().FirstOrDefault() is { } outer
        && outer.Body.Unconditional().Any(o => Waits.Of(o, model) is not null);

    private static bool IsWriteTo(IInvocationOperation call, ISymbol writer) =>
        call.TargetMethod.Name.StartsWith("Write", StringComparison.Ordinal)
        && (call.Instance.Referenced().Is(writer) || call.Arguments.Any(a => a.Value.Referenced().Is(writer)));

    /// <summary>A flush under a test of its own is not for each item.</summary>
    private static bool SharesBranches(IOperation item, IOperation flush)
    {
        for (var current = flush.Parent; current is not null; current = current.Parent)
        {
            if (current.Syntax.Span.Contains(item.Syntax.Span))
                return true;
            if (current is IConditionalOperation or ISwitchCaseOperation or IConditionalAccessOperation { Operation: not IMemberReferenceOperation })
                return false;
        }

        return true;
    }

    /// <summary>Close and Dispose flush themselves; a flush just before them costs nothing more.</summary>
    private static bool IsLastUse(IInvocationOperation flush, ISymbol? writer)
    {
        if (flush.Statement() is not { Parent: IBlockOperation block } statement)
            return false;
        var next = block.Operations.ElementAtOrDefault(block.Operations.IndexOf(statement) + 1);
        if (next is not null && next.DescendantsAndSelf().OfType<IInvocationOperation>().Any(c => c.TargetMethod.Name is "Close" or "Dispose" or "DisposeAsync" or "Seek" or "SetLength" or "CopyTo" or "CopyToAsync" || c.TargetMethod.Name.StartsWith("Read", StringComparison.Ordinal)))
            return true;
        // The last statement of the scope that owns the writer.
        return next is null && writer is ILocalSymbol && OwnsWriter(block, writer);
    }

    private static bool OwnsWriter(IBlockOperation block, ISymbol writer) =>
        block.Locals.Any(l => l.Is(writer)) || block.Parent is IUsingOperation { Locals: var locals } && locals.Any(l => l.Is(writer));

    private static bool UsesPosition(IInvocationOperation flush, IOperation function)
    {
        var end = flush.Syntax.Span.End;
        return function.Inside<IPropertyReferenceOperation>().Any(p => p.Property.Name is "Position" or "Length" && p.Property.ContainingType.Name is "Stream" or "FileStream" && p.Syntax.SpanStart > end);
    }
}
