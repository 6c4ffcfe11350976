using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>
/// The bodies of an outermost type and of all types in it, with who calls whom inside. Built while the compiler walks
/// the type; looked at only when a rule found something to judge.
/// </summary>
internal sealed class TypeModel
{
    private readonly ConcurrentBag<(ISymbol Owner, ImmutableArray<IOperation> Blocks)> _blocks = [];
    private readonly ConcurrentBag<IOperation> _candidates = [];
    private readonly Lazy<Index> _index;

    private TypeModel(KnownTypes known)
    {
        Known = known;
        _index = new(() => new Index(_blocks));
    }

    public KnownTypes Known { get; }

    /// <summary>Every operation of the type.</summary>
    public IEnumerable<IOperation> Operations => _index.Value.Operations;

    /// <summary>
    /// Collects the candidates of each type and hands them over, in source order, when the type is complete. Nothing of
    /// the type is looked at where there is no candidate.
    /// </summary>
    public static void Register(
        CompilationStartAnalysisContext context,
        KnownTypes known,
        Func<IOperation, bool> isCandidate,
        Action<SymbolAnalysisContext, TypeModel, IReadOnlyList<IOperation>> judge,
        params OperationKind[] kinds)
    {
        var models = new ConcurrentDictionary<INamedTypeSymbol, TypeModel>(SymbolEqualityComparer.Default);
        context.RegisterSymbolStartAction(
            start =>
            {
                // Actions of a type do not see the types nested in it: these come here by themselves and share the model.
                var type = (INamedTypeSymbol)start.Symbol;
                var outermost = type.Outermost();
                var model = models.GetOrAdd(outermost, _ => new TypeModel(known));
                start.RegisterOperationBlockAction(block => model._blocks.Add((block.OwningSymbol, block.OperationBlocks)));
                start.RegisterOperationAction(
                    operation =>
                    {
                        if (isCandidate(operation.Operation))
                            model._candidates.Add(operation.Operation);
                    },
                    kinds);
                if (!type.Is(outermost))
                    return;
                start.RegisterSymbolEndAction(end =>
                {
                    models.TryRemove(outermost, out _);
                    if (!model._candidates.IsEmpty)
                        judge(end, model, model.CandidatesInOrder());
                });
            },
            SymbolKind.NamedType);
    }

    /// <summary>The member whose body or initializer holds the operation.</summary>
    public ISymbol? Owner(IOperation operation) =>
        _index.Value.Owners.TryGetValue(operation.Root(), out var owner) ? owner : null;

    /// <summary>The method, lambda or local function that directly holds the operation.</summary>
    public IMethodSymbol? Function(IOperation operation) => operation.EnclosingFunction() switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        ILocalFunctionOperation local => local.Symbol,
        var root => _index.Value.Owners.TryGetValue(root, out var owner) ? owner as IMethodSymbol : null,
    };

    /// <summary>The bodies of a method of this type; empty for others.</summary>
    public IReadOnlyList<IOperation> Bodies(IMethodSymbol method) =>
        _index.Value.Bodies.TryGetValue(method.OriginalDefinition, out var bodies) ? bodies : [];

    /// <summary>The calls of a method inside the type that surely reach it, and the places that pass it on as a delegate.</summary>
    public IReadOnlyList<IOperation> Uses(IMethodSymbol method) =>
        _index.Value.Uses.TryGetValue(method.OriginalDefinition, out var uses) ? uses : [];

    /// <summary>The only value a local, or a field or property of this type, ever gets; null if there are several or none.</summary>
    public IOperation? OnlyValue(ISymbol? symbol)
    {
        if (symbol is null)
            return null;
        return _index.Value.Values.TryGetValue(symbol.OriginalDefinition, out var values) && values.Count == 1 ? values[0] : null;
    }

    /// <summary>All values assigned to a local, field or property in this type; a null stands for a change that is no plain assignment.</summary>
    public IReadOnlyList<IOperation?> Values(ISymbol symbol) =>
        _index.Value.Values.TryGetValue(symbol.OriginalDefinition, out var values) ? values : [];

    private List<IOperation> CandidatesInOrder() =>
        [.. _candidates.OrderBy(static o => o.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(static o => o.Syntax.SpanStart).ThenBy(static o => o.Syntax.Span.End)];

    private sealed class Index
    {
        public readonly List<IOperation> Operations = [];
        public readonly Dictionary<IOperation, ISymbol> Owners = [];
        public readonly Dictionary<ISymbol, List<IOperation>> Bodies = new(SymbolEqualityComparer.Default);
        public readonly Dictionary<ISymbol, List<IOperation>> Uses = new(SymbolEqualityComparer.Default);
        public readonly Dictionary<ISymbol, List<IOperation?>> Values = new(SymbolEqualityComparer.Default);

        public Index(IEnumerable<(ISymbol Owner, ImmutableArray<IOperation> Blocks)> blocks)
        {
            foreach (var (owner, parts) in blocks)
            {
                foreach (var part in parts)
                {
                    Owners[part.Root()] = owner;
                    if (owner is IMethodSymbol method)
                        Add(Bodies, method.OriginalDefinition, part);
                    foreach (var operation in part.DescendantsAndSelf())
                        Visit(operation);
                }
            }
        }

        private void Visit(IOperation operation)
        {
            Operations.Add(operation);
            switch (operation)
            {
                case ILocalFunctionOperation { Body: { } body } local:
                    Add(Bodies, local.Symbol.OriginalDefinition, body);
                    break;
                case IInvocationOperation { IsVirtual: false } invocation:
                    Add(Uses, invocation.TargetMethod.OriginalDefinition, invocation);
                    break;
                case IMethodReferenceOperation reference:
                    Add(Uses, reference.Method.OriginalDefinition, reference);
                    break;
                case IVariableDeclaratorOperation { Initializer: { } initializer } declarator:
                    Add(Values, declarator.Symbol, initializer.Value);
                    break;
                case IFieldInitializerOperation field:
                    foreach (var symbol in field.InitializedFields)
                        Add(Values, symbol.OriginalDefinition, field.Value);
                    break;
                case IPropertyInitializerOperation property:
                    foreach (var symbol in property.InitializedProperties)
                        Add(Values, symbol.OriginalDefinition, property.Value);
                    break;
                case ISimpleAssignmentOperation { Target: { } target } assignment when target.Referenced() is { } symbol:
                    Add(Values, symbol.OriginalDefinition, assignment.Value);
                    break;
                case IAssignmentOperation { Target: { } target } when target.Referenced() is { } symbol:
                    Add(Values, symbol.OriginalDefinition, null);
                    break;
                case IIncrementOrDecrementOperation { Target: { } target } when target.Referenced() is { } symbol:
                    Add(Values, symbol.OriginalDefinition, null);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument when argument.Value.Referenced() is { } symbol:
                    Add(Values, symbol.OriginalDefinition, null);
                    break;
            }
        }

        private static void Add<T>(Dictionary<ISymbol, List<T>> map, ISymbol key, T value)
        {
            if (!map.TryGetValue(key, out var list))
                map.Add(key, list = []);
            list.Add(value);
        }
    }
}
