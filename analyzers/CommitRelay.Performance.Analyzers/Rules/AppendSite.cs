using System;
using System.Collections.Generic;
using System.Linq;
using CommitRelay.Performance.Analyzers.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Rules;

/// <summary>One place that opens a file, appends and closes it: by one call of File.Append…, or by a writer of its own.</summary>
internal sealed class AppendSite
{
    private AppendSite(IOperation operation, IOperation path, string name, IReadOnlyList<IOperation> payloads, bool isQuietPayload)
    {
        Operation = operation;
        Path = path;
        Name = name;
        Payloads = payloads;
        IsQuietPayload = isQuietPayload;
    }

    public IOperation Operation { get; }

    public IOperation Path { get; }

    /// <summary>How the code opens the file, for the message.</summary>
    public string Name { get; }

    public IReadOnlyList<IOperation> Payloads { get; }

    /// <summary>A batch, or news of an error.</summary>
    public bool IsQuietPayload { get; }

    /// <summary>The path of the file, if the operation appends to one.</summary>
    public static IOperation? PathOf(IOperation operation, KnownTypes known) =>
        operation is IInvocationOperation call && IsAppendAll(call, known) ? call.Argument("path") : FileOpening.AppendPath(operation, known);

    public static AppendSite? From(IOperation operation, TypeModel model)
    {
        var path = PathOf(operation, model.Known)!;
        var payload = new Payload(model);
        if (operation is IInvocationOperation call && IsAppendAll(call, model.Known))
        {
            IReadOnlyList<IOperation> contents = [call.Arguments[1].Value];
            return new(operation, path, "File." + call.TargetMethod.Name, contents, contents.Any(c => payload.IsBatch(c) || payload.IsAboutException(c)));
        }

        if (Opened.From(operation) is not { Writes: { Count: > 0 } writes })
            return null;
        var values = writes.SelectMany(static w => w.Arguments).Select(static a => a.Value).ToList();
        var isQuiet = writes.Any(w => IsInLoopOfItsOwn(w, operation)) || values.Any(payload.IsAboutException);
        return new(operation, path, Describe(operation), values, isQuiet);
    }

    private static bool IsAppendAll(IInvocationOperation call, KnownTypes known) =>
        call.TargetMethod.ContainingType.Is(known.File) && call.TargetMethod.Name.StartsWith("AppendAll", StringComparison.Ordinal);

    /// <summary>Many writes between opening and closing: a batch, unless the loop drains a queue that the very method fills.</summary>
    private static bool IsInLoopOfItsOwn(IInvocationOperation write, IOperation opening)
    {
        var shared = new HashSet<ILoopOperation>(opening.EnclosingLoops());
        foreach (var loop in write.EnclosingLoops())
        {
            if (!shared.Contains(loop) && !DrainsOwnQueue(loop))
                return true;
        }

        return false;
    }

    private static bool DrainsOwnQueue(ILoopOperation loop)
    {
        var queue = loop is IWhileLoopOperation { Condition: { } condition }
            ? condition.DescendantsAndSelf().OfType<IInvocationOperation>().Select(static c => c.Instance.Referenced()).FirstOrDefault()
            : null;
        return queue is not null && loop.EnclosingFunction().Inside<IInvocationOperation>()
            .Any(c => c.TargetMethod.Name is "Enqueue" or "Add" or "Push" or "TryWrite" && c.Instance.Referenced().Is(queue) && !c.EnclosingLoops().Any());
    }

    private static string Describe(IOperation opening) => opening switch
    {
        IInvocationOperation call => $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}",
        _ => $"new {opening.Type!.Name}",
    };
}
