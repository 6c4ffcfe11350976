using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>The calls that parse a JSON text, of System.Text.Json and of Newtonsoft.Json.</summary>
internal sealed class JsonParsing(KnownTypes known)
{
    private readonly ImmutableArray<INamedTypeSymbol> _binders = known.FindAll("System.Text.Json.JsonSerializer", "Newtonsoft.Json.JsonConvert");

    private readonly ImmutableArray<INamedTypeSymbol> _documents = known.FindAll(
        "System.Text.Json.JsonDocument", "System.Text.Json.JsonElement", "System.Text.Json.Nodes.JsonNode",
        "Newtonsoft.Json.Linq.JToken", "Newtonsoft.Json.Linq.JObject", "Newtonsoft.Json.Linq.JArray");

    public bool IsAvailable => !_binders.IsEmpty || !_documents.IsEmpty;

    /// <summary>The call parses its first argument, a text or bytes.</summary>
    public bool IsParse(IInvocationOperation call) => call.Arguments.Length > 0 && (IsBinding(call) || IsDocument(call));

    /// <summary>The call builds a tree, which holds all the data anyway.</summary>
    public bool IsDocument(IInvocationOperation call) =>
        call.TargetMethod.Name == "Parse" && _documents.Any(d => call.TargetMethod.ContainingType.Is(d));

    /// <summary>The type that the JSON becomes, where the code names one.</summary>
    public static ITypeSymbol? Target(IInvocationOperation call) =>
        call.TargetMethod.TypeArguments is [var type, ..] ? type : call.Arguments.Select(static a => a.Value.Core()).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand;

    private bool IsBinding(IInvocationOperation call) =>
        call.TargetMethod.Name.StartsWith("Deserialize", StringComparison.Ordinal) && _binders.Any(b => call.TargetMethod.ContainingType.Is(b));
}
