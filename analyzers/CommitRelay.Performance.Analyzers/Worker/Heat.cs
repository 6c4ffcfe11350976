using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>How hot an operation is: what feeds the hottest loop around it, that loop, and how many calls lie between.</summary>
internal readonly struct Heat(Feed feed, IOperation? region, int calls)
{
    public static readonly Heat None;

    public Feed Feed { get; } = feed;

    /// <summary>The loop, or the call that loops for its lambda.</summary>
    public IOperation? Region { get; } = region;

    public int Calls { get; } = calls;

    /// <summary>Hot enough for a warning.</summary>
    public bool IsHot => Feed >= Feed.Bounded;

    public Heat Max(Heat other) => other.Feed > Feed ? other : this;

    /// <summary>The region in words, for a message.</summary>
    public string Describe() => Region switch
    {
        IForEachLoopOperation => "the 'foreach' loop",
        IForLoopOperation => "the 'for' loop",
        IWhileLoopOperation { ConditionIsTop: false } => "the 'do' loop",
        IWhileLoopOperation => "the 'while' loop",
        IObjectCreationOperation { Type: { } type } => $"the '{type.Name}'",
        IInvocationOperation { TargetMethod: var method } => $"'{method.ContainingType.Name}.{method.Name}'",
        _ => "the timer",
    } + (Region is null ? "" : $" in line {Region.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");
}
