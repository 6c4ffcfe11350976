using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>A rule that judges what one type does, all its candidates together (<see cref="TypeModel"/>).</summary>
public abstract class TypeRule : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            var known = new KnownTypes(start.Compilation, start.Options);
            if (!known.IsQuietProject)
                Start(start, known);
        });
    }

    /// <summary>Registers for the candidates, unless the compilation references none of the types the rule speaks of.</summary>
    private protected abstract void Start(CompilationStartAnalysisContext context, KnownTypes known);
}
