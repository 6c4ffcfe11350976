using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0001 and CRP0002: a file that is opened and closed again for each thing appended to it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AppendPerItemAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.AppendPerItem, Diagnostics.AppendHelper];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        if (known.File is null)
            return;
        TypeModel.Register(context, known, o => AppendSite.PathOf(o, known) is not null, Judge, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, IReadOnlyList<IOperation> candidates)
    {
        var sites = candidates.Select(o => AppendSite.From(o, model)).OfType<AppendSite>().ToList();
        foreach (var site in sites)
        {
            if (QuietCode.Holds(site.Operation, model) || QuietCode.IsDurableOnPurpose(site.Operation, model))
                continue;
            if (!new Paths(model).IsSameEachTime(site.Path) || site.IsQuietPayload)
                continue;
            var heat = new HotRegions(model, Settings.HotPeriod(context.Options, site.Operation)).HeatOf(site.Operation);
            if (heat.IsHot && !CommitRecords.IsOne(site.Operation))
                context.ReportDiagnostic(Findings.Create(Diagnostics.AppendPerItem, site.Operation, model, FixProperties(heat), site.Name, heat.Describe()));
            else if (!heat.IsHot && IsHelper(site, sites, model))
                context.ReportDiagnostic(Findings.Create(Diagnostics.AppendHelper, site.Operation, model, model.Function(site.Operation)!.Name));
        }
    }

    /// <summary>A writer can be hoisted out of a loop of the same method; a helper would need a field and somebody to close it.</summary>
    private static ImmutableDictionary<string, string?> FixProperties(Heat heat) => heat is { Calls: 0, Region: ILoopOperation }
        ? ImmutableDictionary<string, string?>.Empty
        : ImmutableDictionary<string, string?>.Empty.Add(Diagnostics.NoFix, null);

    /// <summary>A method whose parameter is what it appends. One that tells its own story line by line is no helper.</summary>
    private static bool IsHelper(AppendSite site, List<AppendSite> sites, TypeModel model)
    {
        if (model.Function(site.Operation) is not { MethodKind: not MethodKind.AnonymousFunction } method || QuietCode.IsMain(method))
            return false;
        if (site.Operation.EnclosingLoops().Any() && CommitRecords.IsOne(site.Operation))
            return false;
        var body = site.Operation.EnclosingFunction();
        if (sites.Any(other => other != site && other.Operation.EnclosingFunction() == body && Paths.AreEqual(other.Path, site.Path) && AreInOneRow(other.Operation, site.Operation)))
            return false;
        var flow = new Flow(method, body);
        return site.Payloads.Any(flow.Reaches) && !method.Parameters.Any(p => p.Type.DerivesFrom(model.Known.Exception));
    }

    /// <summary>Both run, one after the other: neither is the other's alternative.</summary>
    private static bool AreInOneRow(IOperation left, IOperation right)
    {
        var above = new HashSet<IOperation>();
        for (var current = left; current is not null; current = current.Parent)
            above.Add(current);
        var meeting = right;
        while (!above.Contains(meeting))
            meeting = meeting.Parent!;
        return meeting is not (IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation);
    }
}
