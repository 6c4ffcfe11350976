using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0003 and CRP0004: a writer on a file that is flushed for each item, by Flush or by AutoFlush.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlushPerItemAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.FlushPerItem, Diagnostics.FlushInHotRegion];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        if (known.Stream is null)
            return;
        TypeModel.Register(context, known, o => IsFlush(o, known) || IsAutoFlush(o, known), Judge, OperationKind.Invocation, OperationKind.SimpleAssignment);
    }

    private static bool IsFlush(IOperation operation, KnownTypes known) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Flush" or "FlushAsync" } method, Instance: { } }
        && (method.ContainingType.DerivesFrom(known.Stream) || method.ContainingType.DerivesFrom(known.TextWriter) || method.ContainingType.DerivesFrom(known.BinaryWriter));

    private static bool IsAutoFlush(IOperation operation, KnownTypes known) =>
        operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "AutoFlush", ContainingType: var type } }, Value.ConstantValue: { HasValue: true, Value: true } }
        && type.Is(known.StreamWriter);

    private static void Judge(SymbolAnalysisContext context, TypeModel model, IReadOnlyList<IOperation> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (QuietCode.IsDurableOnPurpose(candidate, model))
                continue;
            var severe = candidate is IInvocationOperation flush ? JudgeFlush(context, model, flush) : JudgeAutoFlush(context, model, (ISimpleAssignmentOperation)candidate);
            if (severe is { } isHot)
                context.ReportDiagnostic(Findings.Create(isHot ? Diagnostics.FlushInHotRegion : Diagnostics.FlushPerItem, candidate, model, candidate is IInvocationOperation ? "Flush" : "AutoFlush"));
        }
    }

    /// <summary>True: in a hot region; false: for each item of a helper or another loop; null: nothing to say.</summary>
    private static bool? JudgeFlush(SymbolAnalysisContext context, TypeModel model, IInvocationOperation flush)
    {
        if (QuietCode.Holds(flush, model) || !new FileBacked(model).Is(flush.Instance) || FlushPlace.IsNeeded(flush, model))
            return null;
        var item = FlushPlace.ItemBefore(flush);
        var payload = new Payload(model);
        if (item is null || item.Arguments.Any(a => payload.IsBatch(a.Value) || payload.IsAboutException(a.Value)))
            return null;
        var heat = new HotRegions(model, Settings.HotPeriod(context.Options, flush)).HeatOf(flush);
        if (heat.IsHot && !CommitRecords.IsOne(item))
            return true;
        if (flush.EnclosingLoops().Any())
            return heat.Feed != Feed.None && !CommitRecords.IsOne(item) ? false : null;
        var function = model.Function(flush);
        return function is not null && new Flow(function, flush.EnclosingFunction()) is var flow && item.Arguments.Any(a => flow.Reaches(a.Value)) ? false : null;
    }

    /// <summary>AutoFlush is judged where the writer is used, wherever it is set.</summary>
    private static bool? JudgeAutoFlush(SymbolAnalysisContext context, TypeModel model, ISimpleAssignmentOperation assignment)
    {
        var property = (IPropertyReferenceOperation)assignment.Target;
        var holder = property.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } ? HolderOfInitializer(assignment) : property.Instance.Referenced();
        var writer = property.Instance is IInstanceReferenceOperation ? CreationOf(assignment) : property.Instance;
        if (holder is null || !new FileBacked(model).Is(writer) || QuietCode.IsTestOrDebug(assignment, model))
            return null;

        var writes = model.Operations.OfType<IInvocationOperation>()
            .Where(c => c.TargetMethod.Name.StartsWith("Write", System.StringComparison.Ordinal) && c.Instance.Referenced().Is(holder) && IsForEachItem(c, assignment, holder))
            .ToList();
        if (writes.Count == 0)
            return null;
        var regions = new HotRegions(model, Settings.HotPeriod(context.Options, assignment));
        return writes.Any(w => !QuietCode.Holds(w, model) && regions.HeatOf(w) is { IsHot: true } heat && !FlushPlace.IsDrainOfASlowLoop(heat.Region, model));
    }

    /// <summary>A local's writes count when they repeat after the opening; a field's always may.</summary>
    private static bool IsForEachItem(IInvocationOperation write, IOperation opening, ISymbol holder)
    {
        if (holder is not ILocalSymbol)
            return true;
        var shared = opening.EnclosingLoops().ToImmutableHashSet();
        return write.EnclosingLoops().Any(l => !shared.Contains(l)) || write.EnclosingFunction() != opening.EnclosingFunction();
    }

    private static IOperation? CreationOf(IOperation initializer)
    {
        for (var current = initializer.Parent; current is not null; current = current.Parent)
        {
            if (current is IObjectCreationOperation creation)
                return creation;
        }

        return null;
    }

    private static ISymbol? HolderOfInitializer(IOperation assignment) => CreationOf(assignment)?.Wrapped().Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
        IAssignmentOperation { Target: { } target } => target.Referenced(),
        IFieldInitializerOperation { InitializedFields: [var field, ..] } => field,
        IPropertyInitializerOperation { InitializedProperties: [var property, ..] } => property,
        _ => null,
    };
}
