using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>CRP0012: all lines of a file are read before the first is parsed as JSON.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class JsonLinesReadWholeAnalyzer : TypeRule
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.JsonLinesReadWhole];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes known)
    {
        var json = new JsonParsing(known);
        if (known.File is null || !json.IsAvailable)
            return;
        TypeModel.Register(context, known, o => IsRead(o, known), (c, m, found) => Judge(c, m, json, found), OperationKind.Invocation);
    }

    private static bool IsRead(IOperation operation, KnownTypes known) =>
        operation is IInvocationOperation { TargetMethod: { Name: "ReadAllLines" or "ReadAllLinesAsync" } method } && method.ContainingType.Is(known.File);

    private static void Judge(SymbolAnalysisContext context, TypeModel model, JsonParsing json, IReadOnlyList<IOperation> candidates)
    {
        foreach (var read in candidates.Cast<IInvocationOperation>())
        {
            if (QuietCode.Holds(read, model, allowMain: true) || !AreParsedOneByOne(read, model, json))
                continue;
            var streaming = read.TargetMethod.Name == "ReadAllLines" ? "ReadLines" : "ReadLinesAsync";
            context.ReportDiagnostic(Findings.Create(Diagnostics.JsonLinesReadWhole, read, model, streaming));
        }
    }

    private static bool AreParsedOneByOne(IInvocationOperation read, TypeModel model, JsonParsing json)
    {
        var value = read.Wrapped();
        if (value.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } })
            return IsParsedPerLine(value, model, json);
        var uses = read.Root().Inside<ILocalReferenceOperation>().Where(r => r.Local.Is(local)).ToList();
        // One that looks at the length or picks a line needs them all.
        return model.Values(local).Count == 1 && uses.Count > 0 && uses.All(u => IsParsedPerLine(u.Wrapped(), model, json));
    }

    /// <summary>The lines are walked, by foreach or by LINQ, and each goes into a JSON parser.</summary>
    private static bool IsParsedPerLine(IOperation lines, TypeModel model, JsonParsing json)
    {
        lines = lines.Wrapped();
        switch (lines.Parent)
        {
            case IForEachLoopOperation loop when loop.Collection == lines:
                return loop.Locals is [var line, ..] && loop.Body.Inside<IInvocationOperation>().Any(c => Parses(c, line, model, json));
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, ContainingType.Name: "Enumerable" } } call } argument when call.Arguments[0] == argument:
                return call.Arguments.Skip(1).Any(a => ParsesItsParameter(a.Value, model, json))
                    || call.TargetMethod.Name is "ToList" or "Where" or "Skip" or "Take" or "AsEnumerable" or "Select" && IsParsedPerLine(call, model, json);
            default:
                return false;
        }
    }

    private static bool ParsesItsParameter(IOperation function, TypeModel model, JsonParsing json)
    {
        var target = function.Core() is IDelegateCreationOperation creation ? creation.Target : function.Core();
        return target switch
        {
            IAnonymousFunctionOperation { Symbol.Parameters: [var line, ..] } lambda => lambda.Body.Inside<IInvocationOperation>().Any(c => Parses(c, line, model, json)),
            IMethodReferenceOperation { Method: { Parameters: [var line, ..] } method } => model.Bodies(method).Any(b => b.Inside<IInvocationOperation>().Any(c => Parses(c, line.OriginalDefinition, model, json))),
            _ => false,
        };
    }

    private static bool Parses(IInvocationOperation call, ISymbol line, TypeModel model, JsonParsing json)
    {
        if (call.Arguments.Length == 0 || !call.Arguments.Any(a => a.Value.DescendantsAndSelf().Any(o => o.Referenced().Is(line))))
            return false;
        return json.IsParse(call)
            || model.Bodies(call.TargetMethod) is [var body] && call.TargetMethod.Parameters.Any(p => body.Inside<IInvocationOperation>()
                .Any(inner => json.IsParse(inner) && inner.Arguments[0].Value.DescendantsAndSelf().Any(o => o.Referenced().Is(p.OriginalDefinition))));
    }
}
