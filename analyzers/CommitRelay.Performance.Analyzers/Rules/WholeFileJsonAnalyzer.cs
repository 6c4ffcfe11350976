using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0010, CRP0011 and CRP0014: a whole file becomes a string or array only to be parsed as JSON.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WholeFileJsonAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Diagnostics.WholeFileJsonInWorker, Diagnostics.SameJsonEachTurn, Diagnostics.WholeFileJson];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        var json = new JsonParsing(known);
        if (known.File is null || !json.IsAvailable)
            return;
        TypeModel.Register(context, known, o => WholeFileRead.IsRead(o, known), (c, m, found) => Judge(c, m, json, found), OperationKind.Invocation);
    }

    private static void Judge(SymbolAnalysisContext context, TypeModel model, JsonParsing json, IReadOnlyList<IOperation> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (WholeFileRead.From((IInvocationOperation)candidate, model, json) is not { } read)
                continue;
            if (QuietCode.Holds(candidate, model, allowMain: !read.Path.ConstantValue.HasValue) || SmallSettings.IsRead(read, model))
                continue;
            Report(context, model, json, read);
        }
    }

    private static void Report(SymbolAnalysisContext context, TypeModel model, JsonParsing json, WholeFileRead read)
    {
        // A loop over files that are given is no worker: each file is read once. One that never ends is.
        var heat = new HotRegions(model, Settings.HotPeriod(context.Options, read.Read)).HeatOf(read.Read);
        var isAgain = heat.Feed == Feed.Endless && new Paths(model).IsSameEachTime(read.Path);
        if (isAgain && !IsGuardedByTimeStamp(read.Read))
            context.ReportDiagnostic(Findings.Create(Diagnostics.SameJsonEachTurn, read.Parse, model, heat.Describe()));

        // How often is one matter, how another: a worker hears of both.
        var isWorkerType = model.Known.IsWorker(model.Owner(read.Read)?.ContainingType);
        if (isAgain && !isWorkerType)
            return;
        var advice = json.IsDocument(read.Parse)
            ? $"parse from the stream to save the {read.Kind} (the document itself stays in memory)"
            : "parse from the stream";
        var rule = isWorkerType || heat.Feed == Feed.Endless ? Diagnostics.WholeFileJsonInWorker : Diagnostics.WholeFileJson;
        context.ReportDiagnostic(Findings.Create(rule, read.Read, model, read.Kind, advice));
    }

    /// <summary>The turn first looks whether the file changed: its time, its length or its hash.</summary>
    private static bool IsGuardedByTimeStamp(IOperation read)
    {
        for (var current = read.Parent; current is not null; current = current.Parent)
        {
            var looks = current switch
            {
                IConditionalOperation conditional => Guards.LooksAtFile(conditional.Condition),
                IBlockOperation block => block.Operations.TakeWhile(o => !o.Syntax.Span.Contains(read.Syntax.Span)).OfType<IConditionalOperation>().Any(static c => Guards.LooksAtFile(c.Condition)),
                _ => false,
            };
            if (looks)
                return true;
        }

        return false;
    }
}
