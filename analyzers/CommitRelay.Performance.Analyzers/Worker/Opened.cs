using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>
/// What becomes of a file that a method opens: the writers put over it, what is written, and whether the same method
/// closes it. Null where it gets away: into a field, a return, another's hands.
/// </summary>
internal sealed class Opened
{
    private readonly HashSet<ISymbol> _names = new(SymbolEqualityComparer.Default);
    private bool _isClosed;
    private bool _escapes;

    private Opened(IOperation opening)
    {
        Hold(opening);
        var function = opening.EnclosingFunction();
        // A stream's name leads to its writer's name: two rounds see both, in whatever order they stand.
        for (var round = 0; round < 2; round++)
        {
            Writes.Clear();
            foreach (var operation in function.Descendants())
            {
                if (operation is ILocalReferenceOperation local && _names.Contains(local.Local))
                    Use(local);
            }
        }
    }

    /// <summary>The calls that write; each with its arguments.</summary>
    public List<IInvocationOperation> Writes { get; } = [];

    public static Opened? From(IOperation opening)
    {
        var opened = new Opened(opening);
        return opened._isClosed && !opened._escapes ? opened : null;
    }

    /// <summary>Finds who holds a stream or writer: a local, a using, or the writer made over it.</summary>
    private void Hold(IOperation value)
    {
        value = value.Wrapped();
        switch (value.Parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                _names.Add(declarator.Symbol);
                for (IOperation? current = declarator; current is not null and not IBlockOperation; current = current.Parent)
                    _isClosed |= current is IUsingDeclarationOperation or IUsingOperation;
                break;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                _names.Add(target.Local);
                break;
            case IUsingOperation:
                _isClosed = true;
                break;
            case IArgumentOperation { Parent: IObjectCreationOperation { Type.Name: "StreamWriter" or "BinaryWriter" or "BufferedStream" } wrapper }:
                Hold(wrapper);
                break;
            case IInvocationOperation { Instance: { } instance } call when instance == value:
                UseCall(call);
                break;
            default:
                _escapes = true;
                break;
        }
    }

    private void Use(ILocalReferenceOperation local)
    {
        var value = local.Wrapped();
        switch (value.Parent)
        {
            case IInvocationOperation { Instance: { } instance } call when instance == value:
                UseCall(call);
                break;
            case IConditionalAccessOperation { WhenNotNull: IInvocationOperation call }:
                UseCall(call);
                break;
            case IArgumentOperation { Parent: IObjectCreationOperation { Type.Name: "StreamWriter" or "BinaryWriter" or "BufferedStream" } wrapper }:
                Hold(wrapper);
                break;
            case IArgumentOperation { Parent: IInvocationOperation call }:
                Writes.Add(call);
                break;
            case IReturnOperation or ISimpleAssignmentOperation { Target: not ILocalReferenceOperation } or IArgumentOperation { Parent: IObjectCreationOperation }:
                _escapes = true;
                break;
            case IUsingOperation:
                _isClosed = true;
                break;
        }
    }

    private void UseCall(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is "Close" or "Dispose" or "DisposeAsync")
            _isClosed = true;
        else if (call.TargetMethod.Name.StartsWith("Write", System.StringComparison.Ordinal))
            Writes.Add(call);
        else if (call is { TargetMethod.Name: "ConfigureAwait", Parent: IVariableInitializerOperation or IUsingOperation })
            _isClosed = true;
    }
}
