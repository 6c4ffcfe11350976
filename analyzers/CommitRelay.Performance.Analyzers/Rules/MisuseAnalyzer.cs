using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0040: this library used against its contract. It speaks only where the library is referenced.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MisuseAnalyzer : TypeRule
{
    private const string NeverDisposed = "The event writer is never disposed: what waits in its buffer may be lost; use 'await using'";
    private const string SyncDisposed = "The event writer's DisposeAsync is not awaited: use 'await using', or await it";
    private const string FlushedPerItem = "The event writer is flushed for each item, which undoes its batches; write, and flush once for what is waiting";
    private const string KeptElement = "The element's bytes are valid only until the reader moves on; keep 'ToArray()' or the deserialized task";
    private const string CollectedWhole = "The whole queue is collected into memory; handle each task as it is read, or ask for the top ones";

    private static readonly string[] Keepers = ["Add", "TryAdd", "Enqueue", "Push", "Append", "Insert", "AddLast", "AddFirst", "TryWrite", "WriteAsync", "AddOrUpdate"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Misuse];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        var library = new Library(known);
        if (!library.IsReferenced)
            return;
        TypeModel.Register(context, known, o => library.IsWriter(o) || library.IsDisposal(o) || library.IsFlush(o) || library.IsQueueRead(o) || library.IsElement(o),
            (c, m, found) => Judge(c, m, library, found),
            OperationKind.ObjectCreation, OperationKind.Invocation, OperationKind.LocalReference, OperationKind.ParameterReference);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, Library library, IReadOnlyList<IOperation> candidates)
    {
        foreach (var candidate in candidates)
        {
            var message = candidate switch
            {
                IObjectCreationOperation creation => IsNeverDisposed(creation) ? NeverDisposed : null,
                IInvocationOperation call when library.IsDisposal(call) => IsSynchronous(call) ? SyncDisposed : null,
                IInvocationOperation call when library.IsFlush(call) => IsFlushedPerItem(context, model, call) ? FlushedPerItem : null,
                IInvocationOperation call => IsCollected(call) ? Library.YieldsElements(call) ? KeptElement : CollectedWhole : null,
                _ => IsKept(candidate, library) ? KeptElement : null,
            };
            if (message is not null && !QuietCode.IsTestOrDebug(candidate, model))
                context.ReportDiagnostic(Findings.Create(Diagnostics.Misuse, candidate, model, message));
        }
    }

    /// <summary>A local writer that no using, no DisposeAsync and nobody else takes care of.</summary>
    private static bool IsNeverDisposed(IObjectCreationOperation creation)
    {
        var value = creation.Wrapped();
        if (value.Parent is IExpressionStatementOperation)
            return true;
        if (value.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } declarator })
            return false;
        for (IOperation? current = declarator; current is not null and not IBlockOperation; current = current.Parent)
        {
            if (current is IUsingDeclarationOperation or IUsingOperation)
                return false;
        }

        // Only calls on it, and none of them disposes: nobody else has it.
        return creation.EnclosingFunction().Inside<ILocalReferenceOperation>().Where(r => r.Local.Is(local))
            .All(static r => r.Wrapped().Parent is IInvocationOperation { TargetMethod.Name: not "DisposeAsync", Instance: { } instance } && instance == r.Wrapped() || r.Wrapped().Parent is IPropertyReferenceOperation);
    }

    /// <summary>Blocked on, or let go: the flush at the end needs time that only an await gives.</summary>
    private static bool IsSynchronous(IInvocationOperation disposal)
    {
        var parent = disposal.Parent;
        if (parent is IInvocationOperation { TargetMethod.Name: "AsTask" } task)
            parent = task.Parent;
        return parent is IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "Wait" } or IExpressionStatementOperation or IPropertyReferenceOperation { Property.Name: "Result" }
            || parent is ISimpleAssignmentOperation { Target: IDiscardOperation };
    }

    private static bool IsFlushedPerItem(SymbolAnalysisContext context, TypeModel model, IInvocationOperation flush) =>
        !QuietCode.Holds(flush, model) && !QuietCode.IsDurableOnPurpose(flush, model) && FlushPlace.ItemBefore(flush) is { } item && !CommitRecords.IsOne(item)
        && new HotRegions(model, Settings.HotPeriod(context.Options, flush)).HeatOf(flush).IsHot;

    private static bool IsCollected(IInvocationOperation read)
    {
        var value = read.Wrapped();
        return value.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "ToListAsync" or "ToArrayAsync" or "ToHashSetAsync" or "ToBlockingEnumerable" } method } } && method.Name != "ToBlockingEnumerable"
            || value.Parent is IForEachLoopOperation { Body: var body, Locals: [var item, ..] } && OnlyAdds(body, item);
    }

    /// <summary>A loop whose whole body puts the item into a list.</summary>
    private static bool OnlyAdds(IOperation body, ISymbol item)
    {
        var statement = body is IBlockOperation { Operations: [var only] } ? only : body;
        return statement is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var added] } } && added.Value.Referenced().Is(item);
    }

    /// <summary>The element itself, or its memory, goes into a field or a collection.</summary>
    private static bool IsKept(IOperation element, Library library)
    {
        if (!library.IsShortLived(element))
            return false;
        var value = element.Wrapped();
        if (value.Parent is IPropertyReferenceOperation { Property.Name: "Memory" } memory)
            value = memory.Wrapped();
        return value.Parent switch
        {
            ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation } => true,
            IArgumentOperation { Parent: IInvocationOperation { Instance: not null, TargetMethod: { Name: var name, ContainingType: var type } } } =>
                Array.IndexOf(Keepers, name) >= 0 && !(type.ContainingNamespace?.ToDisplayString().StartsWith("CommitRelay.Performance", StringComparison.Ordinal) ?? false)
                && !IsOnlyStatementOfRead(element),
            _ => false,
        };
    }

    /// <summary>A loop that does nothing but add is told at the read.</summary>
    private static bool IsOnlyStatementOfRead(IOperation element) =>
        element.EnclosingLoops().FirstOrDefault() is IForEachLoopOperation { Body: var body, Locals: [var item, ..] } && OnlyAdds(body, item);
}
