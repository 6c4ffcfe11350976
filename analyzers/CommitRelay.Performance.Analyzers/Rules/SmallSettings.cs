using System;
using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>Files that are small by their nature and read once: told by the names around the read, or by who calls it.</summary>
internal static class SmallSettings
{
    private static readonly string[] Words = ["Config", "Setting", "Options", "Credential", "Schema", "Manifest"];

    public static bool IsRead(WholeFileRead read, TypeModel model)
    {
        var function = model.Function(read.Read);
        return QuietCode.IsCalledOnceOnly(function, model) || Names(read, function, model).Any(IsSettingsName);
    }

    private static IEnumerable<string> Names(WholeFileRead read, IMethodSymbol? function, TypeModel model)
    {
        if (function is not null)
            yield return function.Name;
        if (model.Owner(read.Read) is { } owner)
        {
            yield return owner.Name;
            foreach (var type in owner.ContainingType.SelfAndContainingTypes())
                yield return type.Name;
        }

        if (JsonParsing.Target(read.Parse) is { } target)
            yield return target.FullName();
        foreach (var name in PathNames(read.Path, model, 0))
            yield return name;
    }

    /// <summary>The symbols and the literal texts of which the path is made.</summary>
    private static IEnumerable<string> PathNames(IOperation path, TypeModel model, int depth)
    {
        foreach (var part in path.DescendantsAndSelf())
        {
            if (part.ConstantValue is { HasValue: true, Value: string text })
                yield return text;
            // A file that the configuration names need not be a configuration: the last name of the path counts.
            if (part.Referenced() is not { } symbol || part.Parent is IMemberReferenceOperation)
                continue;
            yield return symbol.Name;
            if (symbol is not ILocalSymbol || depth > 2 || model.OnlyValue(symbol) is not { } value)
                continue;
            foreach (var inner in PathNames(value, model, depth + 1))
                yield return inner;
        }
    }

    private static bool IsSettingsName(string name) => Words.Any(word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
}
