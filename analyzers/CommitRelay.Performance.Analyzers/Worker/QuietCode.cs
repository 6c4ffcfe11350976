using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Places where a slow way is right or does not matter: they run once, or when something has gone wrong.</summary>
internal static class QuietCode
{
    private const string DurableWrite = "CommitRelay.Performance.DurableWriteAttribute";

    private static readonly string[] RunOnceNames =
        ["Dispose", "DisposeAsync", "DisposeAsyncCore", "Finalize", "Stop", "StopAsync", "OnStop", "Shutdown", "ShutdownAsync", "ConfigureServices"];

    private static readonly string[] TestAttributes = ["FactAttribute", "TheoryAttribute", "TestAttribute", "TestMethodAttribute", "TestFixtureAttribute", "TestClassAttribute", "BenchmarkAttribute"];

    /// <summary>The operation stands in a place of which no rule speaks; <paramref name="allowCatch"/> is for the rules about retries.</summary>
    public static bool Holds(IOperation operation, TypeModel model, bool allowCatch = false, bool allowMain = false)
    {
        for (IOperation child = operation, current = operation.Parent!; current is not null; child = current, current = current.Parent!)
        {
            switch (current)
            {
                case ICatchClauseOperation when !allowCatch:
                case ITryOperation @try when child == @try.Finally:
                case IAnonymousFunctionOperation lambda when IsFactory(lambda, model):
                case ILocalFunctionOperation local when RunsOnce(local.Symbol, model):
                    return true;
            }
        }

        return model.Owner(operation) is not IMethodSymbol method // a field or property initializer
            || RunsOnce(method, model)
            || !allowMain && IsMain(method) && !operation.EnclosingLoops().Any() && operation.EnclosingFunction().Parent is null
            || HasQuietAttribute(method)
            || IsDebugOnly(operation.Syntax);
    }

    /// <summary>Code of tests or of debug builds, wherever in it the operation stands.</summary>
    public static bool IsTestOrDebug(IOperation operation, TypeModel model) =>
        IsDebugOnly(operation.Syntax) || model.Owner(operation) is IMethodSymbol method && HasQuietAttribute(method);

    /// <summary>The author says that each write must be on disk before the next step.</summary>
    public static bool IsDurableOnPurpose(IOperation operation, TypeModel model)
    {
        if (model.Function(operation) is { } function && Has(function, DurableWrite))
            return true;
        var owner = model.Owner(operation);
        return owner is not null && (Has(owner, DurableWrite) || owner is IMethodSymbol { AssociatedSymbol: { } member } && Has(member, DurableWrite)
            || owner.ContainingType.SelfAndContainingTypes().Any(static t => Has(t, DurableWrite)));
    }

    public static bool IsMain(IMethodSymbol method) => method.IsStatic && method.Name is "Main" or "<Main>$";

    /// <summary>All the type's own calls of the method come from constructors, initializers and registration.</summary>
    public static bool IsCalledOnceOnly(IMethodSymbol? method, TypeModel model)
    {
        if (method is null || method.DeclaredAccessibility is not (Accessibility.Private or Accessibility.NotApplicable))
            return false;
        var uses = model.Uses(method);
        return uses.Count > 0 && uses.All(u => model.Owner(u) is not IMethodSymbol owner || RunsOnce(owner, model) || IsInLazy(u, model));
    }

    private static bool RunsOnce(IMethodSymbol method, TypeModel model) =>
        method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor
        || Array.IndexOf(RunOnceNames, method.Name) >= 0
        || model.Known.ServiceCollection is { } services && method.Parameters.Any(p => p.Type.Is(services))
        || IsLazyFactory(method, model);

    private static bool IsLazyFactory(IMethodSymbol method, TypeModel model) =>
        model.Known.Lazy is not null && model.Uses(method).Any(u => u is IMethodReferenceOperation && IsInLazy(u, model));

    private static bool IsInLazy(IOperation use, TypeModel model)
    {
        for (var current = use.Parent; current is not null; current = current.Parent)
        {
            if (current is IObjectCreationOperation { Type: { } type } && type.OriginalDefinition.Is(model.Known.Lazy))
                return true;
        }

        return false;
    }

    /// <summary>A lambda that makes a lazy value, or that registers or configures a service.</summary>
    private static bool IsFactory(IAnonymousFunctionOperation lambda, TypeModel model)
    {
        var value = (lambda.Parent is IDelegateCreationOperation creation ? creation : (IOperation)lambda).Wrapped();
        return value.Parent is IArgumentOperation { Parent: var call } && call switch
        {
            IObjectCreationOperation { Type: { } type } => type.OriginalDefinition.Is(model.Known.Lazy),
            IInvocationOperation { Arguments: [{ Value: { } first }, ..], TargetMethod.IsExtensionMethod: true } => first.Core().Type?.Name is "IServiceCollection" or "IHostBuilder" or "IHostApplicationBuilder",
            IInvocationOperation { Instance.Type.Name: "IServiceCollection" or "IHostBuilder" or "HostBuilder" } => true,
            _ => false,
        };
    }

    private static bool HasQuietAttribute(IMethodSymbol method) =>
        method.GetAttributes().Concat(method.ContainingType.SelfAndContainingTypes().SelectMany(static t => t.GetAttributes()))
            .Any(static a => a.AttributeClass is { } type && (Array.IndexOf(TestAttributes, type.Name) >= 0
                || type.Name == "ConditionalAttribute" && a.ConstructorArguments is [{ Value: "DEBUG" }]));

    private static bool Has(ISymbol symbol, string attribute) => symbol.GetAttributes().Any(a => a.AttributeClass?.FullName() == attribute);

    /// <summary>Between <c>#if DEBUG</c> and its end.</summary>
    private static bool IsDebugOnly(SyntaxNode node)
    {
        var root = node.SyntaxTree.GetRoot();
        if (!root.ContainsDirectives)
            return false;
        var open = new System.Collections.Generic.Stack<bool>();
        for (var directive = root.GetFirstDirective(); directive is not null && directive.SpanStart < node.SpanStart; directive = directive.GetNextDirective())
        {
            switch (directive)
            {
                case IfDirectiveTriviaSyntax @if:
                    open.Push(@if.Condition.ToString().Contains("DEBUG") && @if.BranchTaken);
                    break;
                case ElifDirectiveTriviaSyntax or ElseDirectiveTriviaSyntax when open.Count > 0:
                    open.Pop();
                    open.Push(false);
                    break;
                case EndIfDirectiveTriviaSyntax when open.Count > 0:
                    open.Pop();
                    break;
            }
        }

        return open.Contains(true);
    }
}
