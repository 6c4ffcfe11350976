using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>
/// Says whether an operation runs again and again without a pause: in a loop, or in a method called from one, directly
/// and once removed. All that cools it (retry, guard, wait) is judged on the operation's own path through one turn.
/// </summary>
internal sealed class HotRegions(TypeModel model, double thresholdMilliseconds)
{
    private const int MaxCalls = 2;

    /// <summary>How hot the operation is, and the loop that makes it so.</summary>
    public Heat HeatOf(IOperation operation) => HeatOf(operation, MaxCalls, []);

    private Heat HeatOf(IOperation operation, int calls, HashSet<IOperation> seen)
    {
        var hottest = Heat.None;
        if (!seen.Add(operation))
            return hottest;

        // What stands after the operation in its turn, for as long as no 'continue' or 'return' ends the turn earlier.
        var path = new TurnPath(model, thresholdMilliseconds);
        for (IOperation child = operation, current = operation.Parent!; current is not null; child = current, current = current.Parent!)
        {
            switch (current)
            {
                case ICatchClauseOperation:
                case ITryOperation @try when child == @try.Finally:
                    return hottest;
                case IConditionalOperation conditional when child != conditional.Condition && Guards.IsRare(conditional.Condition, child):
                    return hottest;
                case IBlockOperation block:
                    path.Pass(block, child);
                    break;
                case IReturnOperation:
                    path.EndTurn();
                    break;
                case ILoopOperation loop:
                    if (child != loop.Body && !(loop is IWhileLoopOperation @while && child == @while.Condition))
                        break;
                    path.PassCondition(loop);
                    if (!path.IsRare && !path.Leaves(loop, operation) && !path.Cools(loop))
                        hottest = hottest.Max(new Heat(Feeds.Of(loop, model), loop, MaxCalls - calls));
                    path.LeaveLoop();
                    break;
                case IAnonymousFunctionOperation lambda:
                    return path.IsRare || path.CoolsAnyway ? hottest : hottest.Max(HeatOfDelegate(lambda, calls, seen));
                case ILocalFunctionOperation local:
                    return path.IsRare || path.CoolsAnyway ? hottest : hottest.Max(HeatOfCallers(local.Symbol, calls, seen));
            }
        }

        if (path.IsRare || path.CoolsAnyway || model.Owner(operation) is not IMethodSymbol method || method.MethodKind == MethodKind.Constructor)
            return hottest;
        return hottest.Max(HeatOfCallers(method, calls, seen));
    }

    private Heat HeatOfCallers(IMethodSymbol method, int calls, HashSet<IOperation> seen)
    {
        var hottest = Heat.None;
        foreach (var use in model.Uses(method))
        {
            if (use is IInvocationOperation && calls > 0)
                hottest = hottest.Max(HeatOf(use, calls - 1, seen));
            else if (use is IMethodReferenceOperation)
                hottest = hottest.Max(HeatOfDelegate(use, calls, seen));
        }

        return hottest;
    }

    /// <summary>A lambda or method group is hot as the loop that runs it: Parallel, ForEach, a fast timer, a consumer block.</summary>
    private Heat HeatOfDelegate(IOperation function, int calls, HashSet<IOperation> seen)
    {
        var value = function.Parent is IDelegateCreationOperation creation ? creation.Wrapped() : function.Wrapped();
        if (value.Parent is ISimpleAssignmentOperation or IEventAssignmentOperation)
            return HeatOfHandler(value.Parent);
        if (value.Parent is not IArgumentOperation argument)
            return Heat.None;

        switch (argument.Parent)
        {
            case IInvocationOperation { TargetMethod: { Name: "ForEach" or "ForEachAsync", ContainingType.Name: "Parallel" } } parallel:
                return new Heat(Feeds.OfCollection(parallel.Arguments[0].Value, model), parallel, 0);
            case IInvocationOperation { TargetMethod: { Name: "ForEach", ContainingType.Name: "List" }, Instance: { } list } each:
                return new Heat(Feeds.OfCollection(list, model), each, 0);
            case IInvocationOperation { TargetMethod: { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" } } started:
                return HeatOf(started, calls, seen);
            case IObjectCreationOperation { Type.Name: "ActionBlock" } block:
                return new Heat(Feed.Endless, block, 0);
            case IObjectCreationOperation { Type: { Name: "Timer" } } timer when timer.Arguments.Length == 4:
                return IsFast(Waits.Milliseconds(timer.Arguments[3].Value, model)) ? new Heat(Feed.Endless, timer, 0) : Heat.None;
            default:
                return Heat.None;
        }
    }

    /// <summary>The handler of a System.Timers.Timer whose interval stands in the code; all other events are somebody else's cadence.</summary>
    private Heat HeatOfHandler(IOperation assignment)
    {
        if (assignment is not IEventAssignmentOperation { EventReference: IEventReferenceOperation { Event: { Name: "Elapsed", ContainingType.Name: "Timer" }, Instance: { } timer } })
            return Heat.None;
        var interval = model.OnlyValue(timer.Referenced())?.Core() is IObjectCreationOperation { Arguments: [var period, ..] }
            ? Waits.Milliseconds(period.Value, model)
            : Waits.Unknown;
        return IsFast(interval) ? new Heat(Feed.Endless, assignment, 0) : Heat.None;
    }

    private bool IsFast(double milliseconds) => milliseconds >= 0 && milliseconds < thresholdMilliseconds;

}
