using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>
/// A File.Append… in a loop, as a writer that the first item opens. Opening at the first item, not before the loop, and
/// flushing after each keeps what others see: no file without items, and each item on disk before the next.
/// </summary>
internal sealed class HoistedAppend
{
    private readonly StatementSyntax _append;
    private readonly StatementSyntax _loop;
    private readonly IInvocationOperation _call;
    private readonly bool _isNullable;
    private readonly bool _seesMemoryExtensions;

    private HoistedAppend(StatementSyntax append, StatementSyntax loop, IInvocationOperation call, SemanticModel model)
    {
        _append = append;
        _loop = loop;
        _call = call;
        _isNullable = model.GetNullableContext(loop.SpanStart).AnnotationsEnabled();
        _seesMemoryExtensions = model.LookupNamespacesAndTypes(loop.SpanStart, name: "MemoryExtensions").Any();
    }

    private bool IsAsync => _call.TargetMethod.Name.EndsWith("Async", System.StringComparison.Ordinal);

    private bool IsBytes => _call.TargetMethod.Name.StartsWith("AppendAllBytes", System.StringComparison.Ordinal);

    /// <summary>Null where hoisting could change what the code does.</summary>
    public static HoistedAppend? From(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(syntax, cancellation) is not IInvocationOperation call || call.TargetMethod.Parameters.Any(static p => p.Name == "encoding"))
            return null;
        if (StatementOf(syntax) is not { } append || Items(call) is null)
            return null;
        var path = call.Arguments[0].Value;
        var loop = append.Ancestors()
            .TakeWhile(static a => a is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or TryStatementSyntax))
            .OfType<StatementSyntax>()
            .LastOrDefault(a => a is ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax && IsDeclaredOutside(path, a));
        return loop is { Parent: BlockSyntax } && !IsUsedElsewhere(path, loop, model) ? new(append, loop, call, model) : null;
    }

    public SyntaxNode Apply(SyntaxNode root)
    {
        var siblings = _loop.Ancestors().OfType<MemberDeclarationSyntax>().First().DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(static i => i.Expression.ToString().Contains("File.AppendAll")).ToList();
        var ordinal = siblings.IndexOf((InvocationExpressionSyntax)_call.Syntax);
        var name = Names.Free(_loop, (IsBytes ? "stream" : "writer") + (ordinal > 0 ? (ordinal + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : ""));
        var type = IsBytes ? "FileStream" : "StreamWriter";

        var replacement = Replacement(name, type);
        var body = _append.Parent is BlockSyntax
            ? _loop.ReplaceNode(_append, replacement)
            : _loop.ReplaceNode(_append, Block(replacement).WithAdditionalAnnotations(Formatter.Annotation));
        var declaration = ParseStatement($"{type}{(_isNullable ? "?" : "")} {name} = null;");
        var guarded = TryStatement(Block(body.WithoutLeadingTrivia()), default, FinallyClause(Block(Disposal(name))));
        var statements = new StatementSyntax[] { declaration, guarded };
        statements[0] = statements[0].WithLeadingTrivia(_loop.GetLeadingTrivia());
        if (_append.Parent is BlockSyntax)
            statements[1] = statements[1].WithTrailingTrivia(_loop.GetTrailingTrivia());
        return Usings.Ensure(root.ReplaceNode(_loop, statements.Select(static s => s.WithAdditionalAnnotations(Formatter.Annotation))), "System.IO");
    }

    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax syntax)
    {
        ExpressionSyntax expression = syntax;
        while (expression.Parent is AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } or InvocationExpressionSyntax)
            expression = (ExpressionSyntax)expression.Parent;
        var isAwaited = expression is AwaitExpressionSyntax;
        return expression.Parent is ExpressionStatementSyntax statement && isAwaited == syntax.ToString().Contains("Async(") ? statement : null;
    }

    /// <summary>The expressions that are written, each as a line or as it stands; null if they are not all in sight.</summary>
    private static List<ExpressionSyntax>? Items(IInvocationOperation call)
    {
        var contents = ((ArgumentSyntax)call.Arguments[1].Syntax).Expression;
        if (!call.TargetMethod.Name.StartsWith("AppendAllLines", System.StringComparison.Ordinal))
            return [contents];
        return contents switch
        {
            CollectionExpressionSyntax values when values.Elements.All(static e => e is ExpressionElementSyntax) => [.. values.Elements.Cast<ExpressionElementSyntax>().Select(static e => e.Expression)],
            ArrayCreationExpressionSyntax { Initializer: { } values } => [.. values.Expressions],
            ImplicitArrayCreationExpressionSyntax { Initializer: { } values } => [.. values.Expressions],
            _ => null,
        };
    }

    private static bool IsDeclaredOutside(IOperation path, StatementSyntax loop) => path.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
        .All(l => l.Local.DeclaringSyntaxReferences.All(d => !loop.Span.Contains(d.Span)));

    /// <summary>Another use of the path in the member may open the file while the writer holds it.</summary>
    private static bool IsUsedElsewhere(IOperation path, StatementSyntax loop, SemanticModel model)
    {
        var text = path.Syntax.ToString();
        var names = path.DescendantsAndSelf().Select(static o => o switch
        {
            ILocalReferenceOperation l => l.Local.Name,
            IMemberReferenceOperation m => m.Member.Name,
            IParameterReferenceOperation p => p.Parameter.Name,
            _ => null,
        }).OfType<string>().ToImmutableHashSet();
        return loop.DescendantNodes().OfType<ExpressionSyntax>().Any(e => !path.Syntax.Span.Contains(e.Span)
            && (e.IsKind(SyntaxKind.StringLiteralExpression) && e.ToString() == text || e is IdentifierNameSyntax name && names.Contains(name.Identifier.ValueText)));
    }

    private List<StatementSyntax> Replacement(string name, string type)
    {
        var path = ((ArgumentSyntax)_call.Arguments[0].Syntax).Expression.WithoutTrivia();
        var open = IsBytes ? $"new {type}({path}, FileMode.Append)" : $"new {type}({path}, append: true)";
        var lines = new List<string> { $"{name} ??= {open};" };
        lines.AddRange(Items(_call)!.Select(item => Write(name, item.WithoutTrivia().ToString())));
        lines.Add(IsAsync ? $"await {name}.FlushAsync(){ConfigureAwait};" : $"{name}.Flush();");

        var statements = lines.Select(static l => ParseStatement(l).WithTrailingTrivia(ElasticCarriageReturnLineFeed)).ToArray();
        statements[0] = statements[0].WithLeadingTrivia(_append.GetLeadingTrivia());
        statements[statements.Length - 1] = statements[statements.Length - 1].WithTrailingTrivia(_append.GetTrailingTrivia());
        return [.. statements.Select(static s => s.WithAdditionalAnnotations(Formatter.Annotation))];
    }

    private string Write(string name, string item)
    {
        var method = _call.TargetMethod.Name.StartsWith("AppendAllLines", System.StringComparison.Ordinal) ? "WriteLine" : "Write";
        if (!IsAsync)
            return $"{name}.{method}({item});";
        // The token is looked at before the item is taken; from there on the item is written whole, as before.
        if (Token is null)
            return $"await {name}.{method}Async({item}){ConfigureAwait};";
        var memory = IsBytes ? item : _seesMemoryExtensions ? $"{Operand(item)}.AsMemory()" : $"System.MemoryExtensions.AsMemory({item})";
        return $"await {name}.{method}Async({memory}, {Token}){ConfigureAwait};";
    }

    /// <summary>The item as the left side of a dot.</summary>
    private static string Operand(string item) =>
        ParseExpression(item) is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or LiteralExpressionSyntax or InterpolatedStringExpressionSyntax or ElementAccessExpressionSyntax
            ? item
            : $"({item})";

    private string? Token => _call.Arguments.FirstOrDefault(static a => a.Parameter?.Name == "cancellationToken" && a.ArgumentKind == ArgumentKind.Explicit)?.Value.Syntax.ToString();

    private string ConfigureAwait => _call.Syntax.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax configured } ? configured.ToString().Substring(_call.Syntax.ToString().Length) : "";

    private StatementSyntax Disposal(string name) =>
        IsAsync ? IfStatement(ParseExpression($"{name} is not null"), ParseStatement($"await {name}.DisposeAsync(){ConfigureAwait};")) : ParseStatement($"{name}?.Dispose();");
}
