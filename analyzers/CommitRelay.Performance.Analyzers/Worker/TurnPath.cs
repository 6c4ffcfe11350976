using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>
/// One turn as the operation lives it: the statements before and after it that surely run too, gathered from the inside
/// out. A pause, an exit or a rare test among them means that the loop does not do the operation again at once.
/// </summary>
internal sealed class TurnPath(TypeModel model, double thresholdMilliseconds)
{
    private readonly List<IOperation> _before = [];
    private readonly List<IOperation> _after = [];
    private bool _turnEnds;
    private bool _returns;

    /// <summary>An earlier statement of the turn leaves it unless some time or count has passed.</summary>
    public bool IsRare { get; private set; }

    /// <summary>A wait of the threshold or more stands in the method itself, whoever calls it.</summary>
    public bool CoolsAnyway => _before.Concat(_after).Any(s => Longest(s) is >= 0 and var wait && wait >= thresholdMilliseconds);

    /// <summary>Takes the statements of a block around the operation, before and after the one that holds it.</summary>
    public void Pass(IBlockOperation block, IOperation child)
    {
        var isAfter = false;
        foreach (var statement in block.Operations)
        {
            if (statement == child)
                isAfter = true;
            else if (!isAfter)
                PassBefore(statement);
            else if (!_turnEnds)
                PassAfter(statement);
        }
    }

    /// <summary>The turn ends with the operation: it stands in a return.</summary>
    public void EndTurn()
    {
        _turnEnds = true;
        _returns = true;
    }

    /// <summary>The test of the loop belongs to each turn.</summary>
    public void PassCondition(ILoopOperation loop)
    {
        if (loop is IWhileLoopOperation { Condition: { } condition })
            _before.Add(condition);
    }

    /// <summary>Done means done: success returns, breaks or ends the loop's test; or a counter bounds attempts at one thing.</summary>
    public bool Leaves(ILoopOperation loop, IOperation operation)
    {
        if (_returns || _after.Any(s => s is IBranchOperation { BranchKind: BranchKind.Break } branch && branch.Target.Is(loop.ExitLabel)))
            return true;
        var condition = loop switch { IWhileLoopOperation w => w.Condition, IForLoopOperation f => f.Condition, _ => null };
        if (condition is null)
            return false;
        return _after.Concat(_before).SelectMany(static s => s.Unconditional()).OfType<ISimpleAssignmentOperation>().Any(a => EndsTest(a, condition))
            || IsBoundedAttempt(condition, operation);
    }

    /// <summary>A pause on the way makes the cadence slow; one of unknown length too, unless a queue or socket feeds the loop.</summary>
    public bool Cools(ILoopOperation loop)
    {
        foreach (var statement in _before.Concat(_after))
        {
            if (Longest(statement) is not { } wait)
                continue;
            if (wait >= thresholdMilliseconds || wait == Waits.Unknown && !Feeds.Consumes(loop))
                return true;
        }

        return IsTimerOfUnknownPeriod(loop);
    }

    /// <summary>An outer loop's own statements follow; whether the inner turn ended says nothing of the outer one.</summary>
    public void LeaveLoop()
    {
        _turnEnds = _returns;
    }

    private void PassBefore(IOperation statement)
    {
        _before.Add(statement);
        if (statement is IConditionalOperation { WhenFalse: null } early && LeavesTurn(early.WhenTrue) && Guards.IsSlow(early.Condition))
            IsRare = true;
    }

    private void PassAfter(IOperation statement)
    {
        _after.Add(statement);
        if (statement is IReturnOperation or IThrowOperation)
            EndTurn();
        else if (statement is IBranchOperation)
            _turnEnds = true;
    }

    private static bool LeavesTurn(IOperation branch) =>
        (branch is IBlockOperation block ? block.Operations.LastOrDefault() : branch) is IReturnOperation or IBranchOperation or IThrowOperation;

    private double? Longest(IOperation statement)
    {
        double? longest = null;
        foreach (var operation in statement.Unconditional())
        {
            if (Waits.Of(operation, model) is { } wait && (longest is null || wait > longest))
                longest = wait;
        }

        return longest;
    }

    private bool IsTimerOfUnknownPeriod(ILoopOperation loop) =>
        loop is IWhileLoopOperation { Condition: { } condition }
        && condition.DescendantsAndSelf().Any(o => o is IInvocationOperation { TargetMethod.Name: "WaitForNextTickAsync" } && Waits.Of(o, model) == Waits.Unknown);

    private static bool EndsTest(ISimpleAssignmentOperation assignment, IOperation condition)
    {
        if (assignment.Value.Core().ConstantValue is not { HasValue: true, Value: bool value } || assignment.Target.Referenced() is not { } target)
            return false;
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part.Referenced().Is(target) && part is not IConversionOperation)
                return value == IsNegated(part, condition);
        }

        return false;
    }

    private static bool IsNegated(IOperation part, IOperation condition)
    {
        var negated = false;
        for (var current = part; current != condition; current = current.Parent!)
        {
            if (current.Parent is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not })
                negated = !negated;
        }

        return negated;
    }

    /// <summary>The operation is tried in 'try', and the loop counts the attempts rather than the things to do.</summary>
    private static bool IsBoundedAttempt(IOperation condition, IOperation operation)
    {
        ITryOperation? attempt = null;
        for (var current = operation; current is not null and not ILoopOperation; current = current.Parent)
        {
            if (current is ITryOperation { Catches.Length: > 0 } @try)
                attempt = @try;
        }

        if (attempt is null)
            return false;
        var counter = condition.DescendantsAndSelf().OfType<IBinaryOperation>().Select(static b => b.LeftOperand.Referenced()).FirstOrDefault(static s => s is ILocalSymbol or IFieldSymbol);
        return counter is not null && !attempt.Body.Descendants().Any(o => o.Referenced().Is(counter) && o.Parent is IArrayElementReferenceOperation or IArgumentOperation);
    }
}
