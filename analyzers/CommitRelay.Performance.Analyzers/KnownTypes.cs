using System;
using System.Collections.Immutable;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CommitRelay.Performance.Analyzers;

/// <summary>The types the rules speak of, resolved once a compilation; a rule whose types are absent does nothing.</summary>
internal sealed class KnownTypes
{
    private static readonly string[] TestFrameworks =
        ["xunit.core", "xunit.v3.core", "nunit.framework", "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework", "TUnit.Core"];

    private readonly Compilation _compilation;

    public KnownTypes(Compilation compilation, AnalyzerOptions options)
    {
        _compilation = compilation;
        File = Find("System.IO.File");
        FileInfo = Find("System.IO.FileInfo");
        FileMode = Find("System.IO.FileMode");
        FileStream = Find("System.IO.FileStream");
        Stream = Find("System.IO.Stream");
        StreamWriter = Find("System.IO.StreamWriter");
        StreamReader = Find("System.IO.StreamReader");
        TextWriter = Find("System.IO.TextWriter");
        BinaryWriter = Find("System.IO.BinaryWriter");
        TextReader = Find("System.IO.TextReader");
        Exception = Find("System.Exception");
        Lazy = Find("System.Lazy`1");
        ServiceCollection = Find("Microsoft.Extensions.DependencyInjection.IServiceCollection");
        HostedService = Find("Microsoft.Extensions.Hosting.IHostedService");
        ServiceBase = Find("System.ServiceProcess.ServiceBase");
        IsQuietProject = compilation.ReferencedAssemblyNames.Any(static a => TestFrameworks.Contains(a.Name, StringComparer.OrdinalIgnoreCase)) || Settings.IsQuietBuildTool(options);
    }

    public INamedTypeSymbol? File { get; }

    public INamedTypeSymbol? FileInfo { get; }

    public INamedTypeSymbol? FileMode { get; }

    public INamedTypeSymbol? FileStream { get; }

    public INamedTypeSymbol? Stream { get; }

    public INamedTypeSymbol? StreamWriter { get; }

    public INamedTypeSymbol? StreamReader { get; }

    public INamedTypeSymbol? TextWriter { get; }

    public INamedTypeSymbol? BinaryWriter { get; }

    public INamedTypeSymbol? TextReader { get; }

    public INamedTypeSymbol? Exception { get; }

    public INamedTypeSymbol? Lazy { get; }

    public INamedTypeSymbol? ServiceCollection { get; }

    public INamedTypeSymbol? HostedService { get; }

    public INamedTypeSymbol? ServiceBase { get; }

    /// <summary>Tests write and read as they please, and so may build tools where the user says so: no rule speaks in them.</summary>
    public bool IsQuietProject { get; }

    public INamedTypeSymbol? Find(string metadataName) => _compilation.GetTypeByMetadataName(metadataName);

    public ImmutableArray<INamedTypeSymbol> FindAll(params string[] metadataNames) =>
        metadataNames.Select(Find).OfType<INamedTypeSymbol>().ToImmutableArray();

    /// <summary>A worker: a hosted service or a Windows service, or a type nested in one.</summary>
    public bool IsWorker(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.DerivesFrom(ServiceBase) || HostedService is { } hosted && type.AllInterfaces.Contains(hosted, SymbolEqualityComparer.Default))
                return true;
        }

        return false;
    }
}
