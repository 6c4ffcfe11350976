using System;
using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>A wait after a refusal and a second try, by loop, by recursion, or by sending again inside a handler.</summary>
internal sealed class HandRetry
{
    private static readonly string[] Switches = ["url", "uri", "host", "endpoint", "server", "proxy", "key", "token", "client", "account", "mirror"];

    private HandRetry(IOperation wait, bool isCertain)
    {
        Wait = wait;
        IsCertain = isCertain;
    }

    public IOperation Wait { get; }

    /// <summary>A fixed or linear wait in a loop; a growing one, one elsewhere, or a handler's is less sure to be wrong.</summary>
    public bool IsCertain { get; }

    public static HandRetry? From(StatusTest test, TypeModel model, INamedTypeSymbol? handler)
    {
        var function = test.Operation.EnclosingFunction();
        if (ReadsRetryAfter(function) || CalleesReadRetryAfter(function, model) || IsLeftToLibrary(test.Operation) || SwitchesEndpoint(test.Branch))
            return null;
        var loop = test.Operation.EnclosingLoops().FirstOrDefault();
        if (test.IsAnyFailure && (loop is null || !SuccessLeaves(loop, test)))
            return null;

        var isHandler = (model.Owner(test.Operation)?.ContainingType).DerivesFrom(handler);
        var wait = WaitIn(test.Branch, test, model);
        if (wait is not null && GivesUp(test.Branch, wait, model.Function(test.Operation), isHandler, loop))
            return null;
        if (wait is not null)
            return new(wait, !isHandler && loop is not null && IsPlain(wait, model));

        // A wait at the head of a loop that counts its attempts, reached again by 'continue'.
        if (loop is null || test.IsAnyFailure || !CountsAttempts(loop) || !GoesOn(test.Branch))
            return null;
        var head = loop.Body.Descendants().FirstOrDefault(o => Waits.Of(o, model) is not null && o.Syntax.SpanStart < test.Operation.Syntax.SpanStart);
        return head is null ? null : new(head, isCertain: false);
    }

    private static IOperation? WaitIn(IOperation branch, StatusTest test, TypeModel model) => branch.DescendantsAndSelf()
        .Where(o => o.Syntax.SpanStart > test.Operation.Syntax.SpanStart || branch is not IBlockOperation || test.Branch.Syntax.SpanStart > test.Operation.Syntax.SpanStart)
        .FirstOrDefault(o => o is IInvocationOperation { TargetMethod.ContainingType.Name: "Task" or "Thread" or "TimeProviderTaskExtensions" } && Waits.Of(o, model) is not null
            && o.EnclosingFunction() == test.Operation.EnclosingFunction());

    /// <summary>After the wait nothing is sent again: the branch throws, returns or leaves the loop.</summary>
    private static bool GivesUp(IOperation branch, IOperation wait, IMethodSymbol? method, bool isHandler, ILoopOperation? loop)
    {
        var after = branch.DescendantsAndSelf().Where(o => o.Syntax.SpanStart > wait.Syntax.SpanStart).ToList();
        if (after.OfType<IInvocationOperation>().Any(c => c.TargetMethod.OriginalDefinition.Is(method?.OriginalDefinition)))
            return false;
        if (isHandler && after.OfType<IInvocationOperation>().Any(static c => c.TargetMethod.Name is "SendAsync" or "Send"))
            return false;
        if (loop is null)
            return true;
        var statements = branch switch
        {
            IBlockOperation block => block.Operations.SkipWhile(o => !o.Syntax.Span.Contains(wait.Syntax.Span)),
            ISwitchCaseOperation @case => @case.Body.SkipWhile(o => !o.Syntax.Span.Contains(wait.Syntax.Span)),
            _ => [],
        };
        return statements.Skip(1).Any(s => s is IReturnOperation or IThrowOperation || s is IBranchOperation { BranchKind: BranchKind.Break } leave && leave.Target.Is(loop.ExitLabel) || s is IExpressionStatementOperation { Operation: IThrowOperation });
    }

    private static bool ReadsRetryAfter(IOperation function) => function.Descendants().Any(static o =>
        o is IMemberReferenceOperation { Member.Name: var name } && name.IndexOf("RetryAfter", StringComparison.OrdinalIgnoreCase) >= 0
        || o is IInvocationOperation { TargetMethod.Name: var method } && method.IndexOf("RetryAfter", StringComparison.OrdinalIgnoreCase) >= 0
        || o.ConstantValue is { HasValue: true, Value: string text } && text.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)
        || o.ConstantValue is { HasValue: true, Value: string header } && header.IndexOf("RateLimit", StringComparison.OrdinalIgnoreCase) >= 0 && header.IndexOf("reset", StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool CalleesReadRetryAfter(IOperation function, TypeModel model) =>
        function.Inside<IInvocationOperation>().SelectMany(c => model.Bodies(c.TargetMethod)).Any(ReadsRetryAfter);

    /// <summary>Inside a lambda that Polly or another resilience package runs.</summary>
    private static bool IsLeftToLibrary(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IInvocationOperation { TargetMethod.ContainingNamespace: { } space } && (space.ToDisplayString() is var name) && (name.StartsWith("Polly", StringComparison.Ordinal) || name.Contains("Resilience")))
                return true;
            if (current is IObjectCreationOperation { Type.ContainingNamespace: { } made } && made.ToDisplayString().StartsWith("Polly", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool SwitchesEndpoint(IOperation branch) => branch is not IBlockOperation { Parent: ILoopOperation } && branch.Descendants().Any(static o =>
        o is IAssignmentOperation { Target: { } target } && IsEndpoint(target.Referenced()) || o is IIncrementOrDecrementOperation { Target: { } counter } && IsEndpoint(counter.Referenced()));

    private static bool IsEndpoint(ISymbol? symbol) => symbol is not null && Switches.Any(word => symbol.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool GoesOn(IOperation branch) =>
        (branch is IBlockOperation block ? block.Operations.LastOrDefault() : branch) is IBranchOperation { BranchKind: BranchKind.Continue };

    private static bool CountsAttempts(ILoopOperation loop)
    {
        var condition = loop switch { IForLoopOperation f => f.Condition, IWhileLoopOperation w => w.Condition, _ => null };
        return condition is not null && condition.DescendantsAndSelf().OfType<IBinaryOperation>().Any(static b => b.LeftOperand.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Byte or SpecialType.System_UInt16);
    }

    /// <summary>A real retry of every failure: success ends the loop, so that the next turn can only be another try.</summary>
    private static bool SuccessLeaves(ILoopOperation loop, StatusTest test) => loop.Body.Descendants().Any(o =>
        (o is IReturnOperation || o is IBranchOperation { BranchKind: BranchKind.Break } leave && leave.Target.Is(loop.ExitLabel))
        && (test.Branch is IBlockOperation { Parent: ILoopOperation } || !test.Branch.Syntax.Span.Contains(o.Syntax.Span))
        && !IsInCatch(o, loop));

    private static bool IsInCatch(IOperation operation, ILoopOperation loop)
    {
        for (var current = operation; current is not null && current != loop; current = current.Parent)
        {
            if (current is ICatchClauseOperation)
                return true;
        }

        return false;
    }

    /// <summary>A constant, a setting, or a multiple of the attempt; not a power, a doubling, a random part or a method's secret.</summary>
    private static bool IsPlain(IOperation wait, TypeModel model)
    {
        var call = (IInvocationOperation)wait;
        var length = call.Arguments.FirstOrDefault(static a => a.Parameter?.Type.Name is "Int32" or "TimeSpan")?.Value;
        return length is not null && IsPlain(length, call, model, 0);
    }

    private static bool IsPlain(IOperation length, IOperation wait, TypeModel model, int depth)
    {
        foreach (var part in length.DescendantsAndSelf())
        {
            if (part is IInvocationOperation { TargetMethod.ContainingType.Name: not "TimeSpan" } or IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift })
                return false;
            if (part.Referenced() is ILocalSymbol local && depth < 3 && (Grows(local, wait) || model.OnlyValue(local) is { } only && !IsPlain(only, wait, model, depth + 1)))
                return false;
            if (part.Referenced() is IFieldSymbol field && Grows(field, wait))
                return false;
        }

        return true;
    }

    /// <summary>Multiplied by itself in the retry: the wait doubles.</summary>
    private static bool Grows(ISymbol symbol, IOperation wait) => wait.EnclosingFunction().Inside<IAssignmentOperation>().Any(a => a.Target.Referenced().Is(symbol)
        && (a is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.LeftShift }
            || a.Value.DescendantsAndSelf().Any(o => o is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.LeftShift } or IInvocationOperation && o.Descendants().Any(d => d.Referenced().Is(symbol)))));
}
