using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0032: an HttpClient made for each item of a hot region.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HttpClientPerItemAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.HttpClientPerItem];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        if (known.Find("System.Net.Http.HttpClient") is not { } client)
            return;
        TypeModel.Register(context, known, o => o is IObjectCreationOperation { Type: { } type } && type.Is(client), Judge, OperationKind.ObjectCreation);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, IReadOnlyList<IOperation> candidates)
    {
        foreach (var creation in candidates.Cast<IObjectCreationOperation>())
        {
            if (QuietCode.Holds(creation, model) || IsKept(creation) || creation.Arguments.Any(a => DependsOnItem(a.Value, creation, model)))
                continue;
            var heat = new HotRegions(model, Settings.HotPeriod(context.Options, creation)).HeatOf(creation);
            if (heat.IsHot)
                context.ReportDiagnostic(Findings.Create(Diagnostics.HttpClientPerItem, creation, model, heat.Describe()));
        }
    }

    /// <summary>The client, or what is made of it, lives on: in a field, a collection, or with the caller.</summary>
    private static bool IsKept(IObjectCreationOperation creation)
    {
        var value = creation.Wrapped();
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } =>
                creation.EnclosingFunction().Inside<ILocalReferenceOperation>().Where(r => r.Local.Is(local)).Any(static r => IsHandedOn(r.Wrapped())),
            IArgumentOperation { Parent: IObjectCreationOperation owner } => IsKept(owner),
            IArgumentOperation => IsHandedOn(value),
            IUsingOperation or IInvocationOperation { Instance: not null } or IVariableInitializerOperation or IExpressionStatementOperation => false,
            _ => true,
        };
    }

    private static bool IsHandedOn(IOperation value) => value.Parent is IReturnOperation
        or IAssignmentOperation { Target: not ILocalReferenceOperation }
        or IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" or "TryAdd" or "Enqueue" or "Push" or "Insert" } };

    /// <summary>A proxy, certificate or cookie jar of the item: then a client of its own is right.</summary>
    private static bool DependsOnItem(IOperation argument, IOperation creation, TypeModel model)
    {
        var items = creation.EnclosingLoops().SelectMany(static l => l.Locals).Concat((model.Function(creation)?.Parameters ?? []).Cast<ISymbol>()).ToImmutableHashSet<ISymbol>(SymbolEqualityComparer.Default);
        return Mentions(argument, items, creation, model, 0);
    }

    private static bool Mentions(IOperation value, ImmutableHashSet<ISymbol> items, IOperation creation, TypeModel model, int depth) =>
        depth < 4 && value.DescendantsAndSelf().Any(o => o.Referenced() is { } symbol
            && (items.Contains(symbol)
                || symbol is ILocalSymbol local && model.Values(local).Any(v => v is null || Mentions(v, items, creation, model, depth + 1))
                || symbol is ILocalSymbol changed && SetsFromItem(changed, items, creation)));

    /// <summary>As in <c>handler.Proxy = new WebProxy(item.Proxy)</c>.</summary>
    private static bool SetsFromItem(ILocalSymbol local, ImmutableHashSet<ISymbol> items, IOperation creation) =>
        creation.EnclosingFunction().Inside<IAssignmentOperation>().Any(a => a.Target is IPropertyReferenceOperation { Instance: { } instance } && instance.Referenced().Is(local)
            && a.Value.DescendantsAndSelf().Any(o => o.Referenced() is { } symbol && items.Contains(symbol)));
}
