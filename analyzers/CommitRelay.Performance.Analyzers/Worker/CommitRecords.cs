using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>
/// A write that records what cannot be undone: batching it would lose the record when the process dies, so no rule
/// asks for it.
/// </summary>
internal static class CommitRecords
{
    private static readonly string[] Irreversible =
    [
        "Send", "Pay", "Redeem", "Transfer", "Charge", "Refund", "Withdraw", "Deposit", "Broadcast", "Submit", "Purchase", "Buy", "Sell", "Mint", "Post", "Publish", "Commit", "Delete", "Swap",
    ];

    // What tells a broker or a caller that the item is safe here: it will not be sent again.
    private static readonly string[] Acknowledging = ["Ack", "BasicAck", "Acknowledge", "Complete", "Commit", "DeleteMessage", "StoreOffset"];

    public static bool IsOne(IOperation write) => FollowsIrreversibleStep(write) || PrecedesAcknowledgement(write) || FailureEndsLoop(write);

    /// <summary>The statement before the write, or before the opening it goes through, sends, pays or redeems.</summary>
    private static bool FollowsIrreversibleStep(IOperation write)
    {
        for (IOperation child = write, current = write.Parent!; current is not null and not ILoopOperation; child = current, current = current.Parent!)
        {
            if (current is not IBlockOperation block)
                continue;
            var index = block.Operations.IndexOf(child) - 1;
            while (index >= 0 && block.Operations[index] is IUsingDeclarationOperation or IVariableDeclarationGroupOperation && !HasIrreversibleCall(block.Operations[index]))
                index--;
            if (index >= 0 && HasIrreversibleCall(block.Operations[index]))
                return true;
        }

        return false;
    }

    /// <summary>A statement after the write, in the same turn, acknowledges what was written.</summary>
    private static bool PrecedesAcknowledgement(IOperation write)
    {
        for (IOperation child = write, current = write.Parent!; current is not null and not ILoopOperation; child = current, current = current.Parent!)
        {
            if (current is IBlockOperation block && block.Operations.Skip(block.Operations.IndexOf(child) + 1).Any(static s => HasCall(s, Acknowledging)))
                return true;
        }

        return false;
    }

    private static bool HasIrreversibleCall(IOperation statement) => HasCall(statement, Irreversible);

    private static bool HasCall(IOperation statement, string[] verbs) => statement.Unconditional().OfType<IInvocationOperation>()
        .Any(c => verbs.Any(verb => c.TargetMethod.Name.StartsWith(verb, StringComparison.Ordinal) && IsWordEnd(c.TargetMethod.Name, verb.Length)));

    private static bool IsWordEnd(string name, int length) => name.Length == length || !char.IsLower(name[length]);

    /// <summary>A catch around the write, inside the loop, gives the loop up; a cancelled one does not count.</summary>
    private static bool FailureEndsLoop(IOperation write)
    {
        for (var current = write.Parent; current is not null and not ILoopOperation; current = current.Parent)
        {
            if (current is ITryOperation @try && @try.Catches.Any(static c => !IsCancellation(c) && c.Handler.Operations.Any(static s => s is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break })))
                return write.EnclosingLoops().Any();
        }

        return false;
    }

    private static bool IsCancellation(ICatchClauseOperation handler) => handler.ExceptionType?.Name is "OperationCanceledException" or "TaskCanceledException";
}
