using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>What a method's parameters flow into, within that method: locals, builders, and the queue it enqueues to.</summary>
internal sealed class Flow
{
    private readonly HashSet<ISymbol> _reached = new(SymbolEqualityComparer.Default);

    public Flow(IMethodSymbol method, IOperation body)
    {
        foreach (var parameter in method.Parameters)
            _reached.Add(parameter);
        var operations = body.Descendants().ToList();
        int before;
        do
        {
            before = _reached.Count;
            foreach (var operation in operations)
                Follow(operation);
        }
        while (_reached.Count > before);
    }

    /// <summary>
    /// A parameter takes part in the value. What an await brings back, or a query finds by a lambda, is something else than
    /// the parameter it was asked with.
    /// </summary>
    public bool Reaches(IOperation value)
    {
        if (value is IAwaitOperation or IAnonymousFunctionOperation)
            return false;
        return value.Referenced() is { } symbol && _reached.Contains(symbol) || value.ChildOperations.Any(Reaches);
    }

    private void Follow(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Initializer: { } initializer } declarator when Reaches(initializer.Value):
                _reached.Add(declarator.Symbol);
                break;
            case IAssignmentOperation assignment when Reaches(assignment.Value) && assignment.Target.Referenced() is { } target:
                _reached.Add(target);
                break;
            case IForEachLoopOperation loop when Reaches(loop.Collection):
                foreach (var local in loop.Locals)
                    _reached.Add(local);
                break;
            case IInvocationOperation call when call.Arguments.Any(a => Reaches(a.Value)) || call.Instance is { } instance && Reaches(instance):
                FollowCall(call);
                break;
        }
    }

    /// <summary>What goes into a call may come out of its receiver and of its out arguments.</summary>
    private void FollowCall(IInvocationOperation call)
    {
        if (call.Instance.Referenced() is { } receiver)
            _reached.Add(receiver);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref && argument.Value.Referenced() is { } result)
                _reached.Add(result);
        }
    }
}
