using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes;

/// <summary>Names for the locals that a fix brings in.</summary>
internal static class Names
{
    /// <summary>The wish, or the wish with the first number that no token of the member uses.</summary>
    public static string Free(SyntaxNode place, string wish)
    {
        var member = place.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault() ?? place;
        var used = member.DescendantTokens().Where(static t => t.IsKind(SyntaxKind.IdentifierToken)).Select(static t => t.ValueText).ToImmutableHashSet();
        var name = wish;
        for (var number = 2; used.Contains(name); number++)
            name = wish + number;
        return name;
    }
}
