using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes;

/// <summary>The usings that the types of a fix need.</summary>
internal static class Usings
{
    /// <summary>
    /// Adds the namespace where the file names it in full elsewhere; a file that names it short has it already, by itself
    /// or by the project's global usings.
    /// </summary>
    public static SyntaxNode Ensure(SyntaxNode root, string @namespace)
    {
        if (root is not CompilationUnitSyntax unit || unit.Usings.Any(u => u.Name?.ToString() == @namespace) || !unit.ToString().Contains(@namespace + ".File."))
            return root;
        var line = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(@namespace)).NormalizeWhitespace().WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        return unit.AddUsings(line);
    }
}
