using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>The types of this library that a rule watches, by their full names.</summary>
internal sealed class Library(KnownTypes known)
{
    private readonly INamedTypeSymbol? _writer = known.Find("CommitRelay.Performance.Events.EventWriter");
    private readonly INamedTypeSymbol? _sink = known.Find("CommitRelay.Performance.Events.IEventSink");
    private readonly INamedTypeSymbol? _element = known.Find("CommitRelay.Performance.Queues.QueueElement");
    private readonly INamedTypeSymbol? _reader = known.Find("CommitRelay.Performance.Queues.QueueReader");
    private readonly INamedTypeSymbol? _typedReader = known.Find("CommitRelay.Performance.Queues.QueueReader`1");

    public bool IsReferenced => _writer is not null || _element is not null;

    public bool IsWriter(IOperation operation) => operation is IObjectCreationOperation { Type: { } type } && type.Is(_writer);

    public bool IsDisposal(IOperation operation) => operation is IInvocationOperation { TargetMethod.Name: "DisposeAsync", Instance.Type: { } type } && type.Is(_writer);

    public bool IsFlush(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "FlushAsync", ContainingType: var type } } && (type.Is(_writer) || type.Is(_sink));

    public bool IsQueueRead(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "ReadAsync" or "ReadElementsAsync", ContainingType: var type } } && (type.Is(_reader) || type.OriginalDefinition.Is(_typedReader));

    public static bool YieldsElements(IInvocationOperation read) => read.TargetMethod.Name == "ReadElementsAsync";

    public bool IsElement(IOperation operation) =>
        operation is ILocalReferenceOperation or IParameterReferenceOperation && operation.Type.Is(_element);

    /// <summary>The variable of a loop over a read, or what a visitor is shown; other elements own their bytes.</summary>
    public bool IsShortLived(IOperation element) => element switch
    {
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.In, ContainingSymbol.Name: "Visit" } } => true,
        ILocalReferenceOperation { Local: var local } => element.EnclosingLoops().OfType<IForEachLoopOperation>()
            .Any(l => l.Locals.Any(v => v.Is(local)) && IsQueueRead(Source(l.Collection))),
        _ => false,
    };

    private static IOperation Source(IOperation collection) =>
        collection.Core() is IInvocationOperation { TargetMethod.Name: "WithCancellation", Arguments: [var source, ..] } ? source.Value.Core() : collection.Core();
}
