using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0020, CRP0021 and CRP0022: a state file overwritten where it stands.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StateFileAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Diagnostics.UnguardedChange, Diagnostics.OverwrittenInPlace, Diagnostics.UnguardedChangeInHotRegion];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        if (known.File is null)
            return;
        TypeModel.Register(context, known, o => StateWrite.IsWrite(o, known), Judge, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, IReadOnlyList<IOperation> candidates)
    {
        var told = new List<StateWrite>();
        foreach (var candidate in candidates)
        {
            if (QuietCode.Holds(candidate, model) || QuietCode.IsDurableOnPurpose(candidate, model) || StateWrite.From(candidate, model) is not { } write)
                continue;
            // One finding a method and file.
            if (told.Any(t => t.Operation.EnclosingFunction() == candidate.EnclosingFunction() && Paths.AreEqual(t.Path, write.Path)))
                continue;
            if (Find(context, model, write) is not { } diagnostic)
                continue;
            told.Add(write);
            context.ReportDiagnostic(diagnostic);
        }
    }

    private static Diagnostic? Find(SymbolAnalysisContext context, TypeModel model, StateWrite write)
    {
        var place = new StatePlace(write, model);
        if (write.IsExport(model) || write.IsOwnersMark(model) || place.IsReplacedAtomically || place.IsFirstWrite)
            return null;
        var reader = place.ReadInType;
        if (place.IsRebuiltWhenBroken || !write.IsSerialized && reader is null)
            return null;

        if (write.IsSerialized && place.ReadBefore is not null && !place.IsLocked)
        {
            var heat = new HotRegions(model, Settings.HotPeriod(context.Options, write.Operation)).HeatOf(write.Operation);
            return heat.IsHot
                ? Findings.Create(Diagnostics.UnguardedChangeInHotRegion, write.Operation, model, heat.Describe())
                : Findings.Create(Diagnostics.UnguardedChange, write.Operation, model);
        }

        // A path that differs each time is an export, unless the type reads it too.
        var isState = reader is not null || new Paths(model).IsSameEachTime(write.Path);
        return isState ? Findings.Create(Diagnostics.OverwrittenInPlace, write.Operation, model) : null;
    }
}
