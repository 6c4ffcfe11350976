using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0030 and CRP0033: a retry written by hand that does not look at Retry-After.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RetryAfterAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.IgnoredRetryAfter, Diagnostics.BackoffIgnoresRetryAfter];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        if (known.Find("System.Net.HttpStatusCode") is not { } status)
            return;
        var handler = known.Find("System.Net.Http.HttpMessageHandler");
        TypeModel.Register(context, known, o => StatusTest.IsStatus(o, status), (c, m, found) => Judge(c, m, handler, found),
            OperationKind.FieldReference, OperationKind.Literal, OperationKind.PropertyReference);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, INamedTypeSymbol? handler, IReadOnlyList<IOperation> candidates)
    {
        var told = new HashSet<IOperation>();
        foreach (var candidate in candidates)
        {
            if (QuietCode.Holds(candidate, model, allowCatch: true) || StatusTest.From(candidate) is not { } test || HandRetry.From(test, model, handler) is not { } retry)
                continue;
            if (!told.Add(retry.Wait))
                continue;
            var rule = retry.IsCertain ? Diagnostics.IgnoredRetryAfter : Diagnostics.BackoffIgnoresRetryAfter;
            context.ReportDiagnostic(Findings.Create(rule, retry.Wait, model, test.Name));
        }
    }
}
