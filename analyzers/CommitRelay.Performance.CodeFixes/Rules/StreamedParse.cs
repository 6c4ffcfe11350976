using System.Collections.Generic;
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
/// A read and a parse as one parse of the file's stream. The stream is closed where the read had closed the file: at
/// the end of the parse, so that the code may write the file next.
/// </summary>
internal sealed class StreamedParse
{
    private readonly InvocationExpressionSyntax _read;
    private readonly InvocationExpressionSyntax _parse;
    private readonly SyntaxNode _statement;
    private readonly StatementSyntax? _readStatement;
    private readonly SemanticModel _model;

    private StreamedParse(InvocationExpressionSyntax read, InvocationExpressionSyntax parse, SyntaxNode statement, StatementSyntax? readStatement, SemanticModel model)
    {
        _read = read;
        _parse = parse;
        _statement = statement;
        _readStatement = readStatement;
        _model = model;
    }

    private bool IsAsync => ((IInvocationOperation)_model.GetOperation(_read)!).TargetMethod.Name.EndsWith("Async", System.StringComparison.Ordinal);

    /// <summary>Null where the stream overload means something else, or where the parse is not the first thing its statement does.</summary>
    public static StreamedParse? From(InvocationExpressionSyntax read, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(read, cancellation) is not IInvocationOperation { TargetMethod: { ContainingType.Name: "File" } method } || method.Parameters.Any(static p => p.Name == "encoding"))
            return null;
        var value = Outer(read);
        if (method.Name.EndsWith("Async", System.StringComparison.Ordinal) && value is not AwaitExpressionSyntax)
            return null;
        if (value.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax inline })
            return Create(read, inline, null, model, cancellation);
        if (value.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax block } first } } declarator })
            return null;
        // Through a local: only when the parse comes right after, so that nothing moves across other code.
        var next = block.Statements.ElementAtOrDefault(block.Statements.IndexOf(first) + 1);
        var parse = next?.DescendantNodes().OfType<ArgumentSyntax>().FirstOrDefault(a => a.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == declarator.Identifier.ValueText)?.Parent?.Parent as InvocationExpressionSyntax;
        var uses = block.DescendantNodes().OfType<IdentifierNameSyntax>().Count(n => n.Identifier.ValueText == declarator.Identifier.ValueText);
        return parse is null || uses != 1 ? null : Create(read, parse, first, model, cancellation);
    }

    public SyntaxNode Apply(SyntaxNode root)
    {
        var name = Names.Free(_statement, "stream");
        var path = _read.ArgumentList.Arguments[0].Expression.WithoutTrivia().ToString();
        var file = ((MemberAccessExpressionSyntax)_read.Expression).Expression.WithoutTrivia().ToString();
        var open = $"var {name} = {file}.OpenRead({path})";
        if (_statement is ArrowExpressionClauseSyntax arrow)
            return root.ReplaceNode(arrow.Parent!, WithBody((MethodDeclarationSyntax)arrow.Parent!, open, NewValue(arrow.Expression, name)));

        var old = (StatementSyntax)_statement;
        var block = (BlockSyntax)old.Parent!;
        var parsed = old.ReplaceNode(_parse, NewParse(name)).WithoutLeadingTrivia();
        var replaced = old is ReturnStatementSyntax
            ? [ParseStatement($"using {open};").WithTrailingTrivia(ElasticCarriageReturnLineFeed), parsed]
            : Scoped(parsed, open).ToList();
        var first = _readStatement ?? old;
        replaced[0] = replaced[0].WithLeadingTrivia(first.GetLeadingTrivia());
        replaced[replaced.Count - 1] = replaced[replaced.Count - 1].WithTrailingTrivia(old.GetTrailingTrivia());
        var annotated = replaced.Select(static s => s.WithAdditionalAnnotations(Formatter.Annotation));

        var statements = block.Statements.ReplaceRange(old, annotated);
        if (_readStatement is not null)
            statements = statements.RemoveAt(block.Statements.IndexOf(_readStatement));
        return root.ReplaceNode(block, block.WithStatements(statements));
    }

    private static StreamedParse? Create(InvocationExpressionSyntax read, InvocationExpressionSyntax parse, StatementSyntax? readStatement, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(parse, cancellation) is not IInvocationOperation call || !HasStreamOverload(call) || parse.ArgumentList.Arguments[0].NameColon is not null)
            return null;
        ExpressionSyntax value = Outer(parse);
        while (value.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax
            || value.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce && coalesce.Left == value)
            value = (ExpressionSyntax)value.Parent!;
        SyntaxNode? statement = value.Parent switch
        {
            ReturnStatementSyntax { Parent: BlockSyntax } result => result,
            EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax, UsingKeyword.RawKind: 0 } local } } => local,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax, Parent: ExpressionStatementSyntax { Parent: BlockSyntax } assignment } => assignment,
            ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax } arrow => arrow,
            _ => null,
        };
        return statement is null ? null : new(read, parse, statement, readStatement, model);
    }

    /// <summary>The overloads of System.Text.Json for streams take the same options and refuse trailing content too.</summary>
    private static bool HasStreamOverload(IInvocationOperation call) =>
        call.TargetMethod.ContainingNamespace.ToDisplayString().StartsWith("System.Text.Json", System.StringComparison.Ordinal)
        && call.TargetMethod.ContainingType.Name is "JsonSerializer" or "JsonDocument" or "JsonNode";

    private static ExpressionSyntax Outer(ExpressionSyntax expression)
    {
        while (expression.Parent is AwaitExpressionSyntax or ParenthesizedExpressionSyntax
            || expression.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax })
            expression = (ExpressionSyntax)(expression.Parent is MemberAccessExpressionSyntax ? expression.Parent.Parent! : expression.Parent!);
        return expression;
    }

    private ExpressionSyntax NewParse(string name)
    {
        var arguments = _parse.ArgumentList.Arguments.Replace(_parse.ArgumentList.Arguments[0], Argument(IdentifierName(name)));
        var target = (MemberAccessExpressionSyntax)_parse.Expression;
        if (!IsAsync)
            return _parse.WithArgumentList(_parse.ArgumentList.WithArguments(arguments));
        if (_read.ArgumentList.Arguments.Skip(1).FirstOrDefault() is { } token)
            arguments = arguments.Add(Argument(NameColon("cancellationToken"), default, token.Expression.WithoutTrivia().WithLeadingTrivia(Space)));
        var method = Identifier(target.Name.Identifier.ValueText + "Async");
        SimpleNameSyntax member = target.Name is GenericNameSyntax generic ? generic.WithIdentifier(method) : IdentifierName(method);
        var call = _parse.WithExpression(target.WithName(member)).WithArgumentList(_parse.ArgumentList.WithArguments(arguments)).WithoutTrivia();
        var configured = Outer(_read).ToString().Contains("ConfigureAwait") ? ParseExpression(call + Configuration()) : call;
        var awaited = AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), configured);
        return _parse.Parent is MemberAccessExpressionSyntax or PostfixUnaryExpressionSyntax or CastExpressionSyntax ? ParenthesizedExpression(awaited) : awaited;
    }

    private string Configuration() => ((MemberAccessExpressionSyntax)_read.Parent!).Parent!.ToString().Substring(_read.ToString().Length);

    private ExpressionSyntax NewValue(ExpressionSyntax value, string name) => value.ReplaceNode(_parse, NewParse(name));

    private static MethodDeclarationSyntax WithBody(MethodDeclarationSyntax method, string open, ExpressionSyntax value)
    {
        var body = Block(ParseStatement($"using {open};").WithTrailingTrivia(ElasticCarriageReturnLineFeed), ReturnStatement(Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(Space), value, Token(SyntaxKind.SemicolonToken)));
        return method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body.WithTrailingTrivia(method.GetTrailingTrivia())).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>What follows must find the file closed: the value is declared first, and the stream lives for the parse only.</summary>
    private IEnumerable<StatementSyntax> Scoped(StatementSyntax parsed, string open)
    {
        var inner = parsed;
        if (parsed is LocalDeclarationStatementSyntax local)
        {
            var declarator = local.Declaration.Variables[0];
            var old = (LocalDeclarationStatementSyntax)_statement;
            var type = old.Declaration.Type.IsVar
                ? ((ILocalSymbol)_model.GetDeclaredSymbol(old.Declaration.Variables[0])!).Type.ToMinimalDisplayString(_model, old.SpanStart, SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier))
                : old.Declaration.Type.ToString();
            yield return ParseStatement($"{type} {declarator.Identifier.ValueText};").WithTrailingTrivia(ElasticCarriageReturnLineFeed);
            inner = ExpressionStatement(AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, IdentifierName(declarator.Identifier.ValueText), declarator.Initializer!.Value));
        }

        var header = (UsingStatementSyntax)ParseStatement($"using ({open}) {{ }}");
        yield return header.WithStatement(Block(inner.WithoutTrivia()));
    }
}
