using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace CommitRelay.Performance.Analyzers;

internal static class SymbolExtensions
{
    public static bool Is(this ISymbol? symbol, ISymbol? other) => other is not null && SymbolEqualityComparer.Default.Equals(symbol, other);

    /// <summary>The type is <paramref name="ancestor"/> or derives from it.</summary>
    public static bool DerivesFrom(this ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        for (; ancestor is not null && type is not null; type = type.BaseType)
        {
            if (type.OriginalDefinition.Is(ancestor))
                return true;
        }

        return false;
    }

    public static INamedTypeSymbol Outermost(this INamedTypeSymbol type)
    {
        while (type.ContainingType is { } container)
            type = container;
        return type;
    }

    public static IEnumerable<INamedTypeSymbol> SelfAndContainingTypes(this INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
            yield return type;
    }

    public static string FullName(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    /// <summary>A sequence of values, not a text.</summary>
    public static bool IsSequence(this ITypeSymbol? type)
    {
        if (type is null || type.SpecialType == SpecialType.System_String)
            return false;
        if (type is IArrayTypeSymbol || type.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_IEnumerable)
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.SpecialType == SpecialType.System_Collections_IEnumerable || implemented.Name == "IAsyncEnumerable")
                return true;
        }

        return type.Name == "IAsyncEnumerable";
    }
}
