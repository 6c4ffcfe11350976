using System;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>What surrounds the write of a state file: who reads it, and what guards it.</summary>
internal sealed class StatePlace(StateWrite write, TypeModel model)
{
    private readonly IOperation _function = write.Operation.EnclosingFunction();

    /// <summary>The method moves, replaces or backs the file up.</summary>
    public bool IsReplacedAtomically => _function.Inside<IInvocationOperation>().Any(static c =>
        c.TargetMethod is { Name: "Move" or "Replace" or "Copy" or "MoveTo" or "CopyTo" or "MoveFile" or "ReplaceFile", ContainingType.Name: "File" or "FileInfo" or "IFile" }
        || c.TargetMethod.ContainingType.Name == "AtomicFile");

    /// <summary>The write stands where the file was not there.</summary>
    public bool IsFirstWrite
    {
        get
        {
            for (IOperation child = write.Operation, current = child.Parent!; current is not null; child = current, current = current.Parent!)
            {
                if (current is IConditionalOperation conditional && child != conditional.Condition && IsAbsent(conditional.Condition) == (child == conditional.WhenTrue))
                    return true;
                if (current is IBlockOperation block && block.Operations.TakeWhile(o => o != child).OfType<IConditionalOperation>().Any(static c => IsAbsent(c.Condition) == false && Leaves(c.WhenTrue)))
                    return true;
            }

            return false;
        }
    }

    public bool IsLocked =>
        _function.Descendants().Any(static o => o is ILockOperation || o is IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: var type } }
            && (type is "SemaphoreSlim" or "Mutex" or "Monitor" or "ReaderWriterLockSlim" or "ReaderWriterLock" or "SpinLock" or "Semaphore" or "FileLock" && IsTaking(name) || IsTaking(name) && type.IndexOf("Lock", StringComparison.Ordinal) >= 0))
        || IsInsideLock();

    /// <summary>A read and parse of the same file before the write, in the method or in one that it calls.</summary>
    public IInvocationOperation? ReadBefore =>
        _function.Inside<IInvocationOperation>().Where(c => c.Syntax.SpanStart < write.Operation.Syntax.SpanStart).Select(c => Read(c) ?? ReadByCallee(c)).FirstOrDefault(static r => r is not null);

    /// <summary>A read of the same file anywhere in the type.</summary>
    public IInvocationOperation? ReadInType => model.Operations.OfType<IInvocationOperation>().Select(Read).FirstOrDefault(static r => r is not null);

    /// <summary>The type's reader expects a broken file and starts afresh: a crash costs the content, which it can make again.</summary>
    public bool IsRebuiltWhenBroken => model.Operations.OfType<IInvocationOperation>().Any(c => Read(c) is not null && IsInForgivingTry(c));

    private IInvocationOperation? Read(IInvocationOperation call)
    {
        if (!IsRead(call) || call.Arguments.Length == 0)
            return null;
        var path = call.Arguments.FirstOrDefault(static a => a.Parameter?.Name == "path")?.Value ?? call.Arguments[0].Value;
        return Paths.AreEqual(path, write.Path) ? call : null;
    }

    /// <summary>The read at one hop: in a method of this type, of the same member path or of the argument that carries it.</summary>
    private IInvocationOperation? ReadByCallee(IInvocationOperation call) =>
        model.Bodies(call.TargetMethod).SelectMany(static b => b.Inside<IInvocationOperation>()).FirstOrDefault(inner => Read(inner) is not null
            || IsRead(inner) && inner.Arguments[0].Value.Referenced() is IParameterSymbol parameter
                && call.Arguments.Any(a => a.Parameter is { } p && p.OriginalDefinition.Is(parameter.OriginalDefinition) && Paths.AreEqual(a.Value, write.Path)));

    private bool IsRead(IInvocationOperation call) => call.TargetMethod.ContainingType.Is(model.Known.File)
        && call.TargetMethod.Name is "ReadAllText" or "ReadAllTextAsync" or "ReadAllBytes" or "ReadAllBytesAsync" or "OpenRead" or "OpenText";

    private static bool IsTaking(string name) => name is "Wait" or "WaitAsync" or "WaitOne" or "Enter" or "TryEnter" or "EnterWriteLock" or "EnterScope" || name.StartsWith("Acquire", StringComparison.Ordinal) || name.StartsWith("Lock", StringComparison.Ordinal) || name.StartsWith("TryAcquire", StringComparison.Ordinal);

    private bool IsInsideLock()
    {
        // The callers hold it: each call of the method in the type stands under a lock.
        var uses = model.Function(write.Operation) is { } method ? model.Uses(method) : [];
        return uses.Count > 0 && uses.All(static u =>
        {
            for (var current = u.Parent; current is not null; current = current.Parent)
            {
                if (current is ILockOperation)
                    return true;
            }

            return false;
        });
    }

    private static bool IsInForgivingTry(IInvocationOperation read)
    {
        for (IOperation child = read, current = read.Parent!; current is not null; child = current, current = current.Parent!)
        {
            if (current is ITryOperation @try && child == @try.Body && @try.Catches.Any(static c => !c.Handler.Descendants().Any(static o => o is IThrowOperation) && StartsAfresh(c)))
                return true;
        }

        return false;
    }

    private static bool StartsAfresh(ICatchClauseOperation handler) => handler.Handler.Descendants().Any(static o =>
        o is IReturnOperation { ReturnedValue: not null }
        || o is IAssignmentOperation { Value: var value } && value.Core() is IObjectCreationOperation or ICollectionExpressionOperation
        || o is IInvocationOperation { TargetMethod: { Name: "Delete", ContainingType.Name: "File" } });

    /// <summary>True for <c>!File.Exists(…)</c>, false for <c>File.Exists(…)</c>, null for any other test.</summary>
    private static bool? IsAbsent(IOperation condition)
    {
        var isNegated = false;
        var test = condition.Core();
        while (test is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand })
        {
            isNegated = !isNegated;
            test = operand.Core();
        }

        return test is IInvocationOperation { TargetMethod: { Name: "Exists", ContainingType.Name: "File" } } or IPropertyReferenceOperation { Property: { Name: "Exists", ContainingType.Name: "FileInfo" or "FileSystemInfo" } }
            ? isNegated
            : null;
    }

    private static bool Leaves(IOperation branch) =>
        (branch is IBlockOperation block ? block.Operations.LastOrDefault() : branch) is IReturnOperation or IBranchOperation or IThrowOperation;
}
