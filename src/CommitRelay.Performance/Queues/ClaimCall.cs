namespace CommitRelay.Performance.Queues;

/// <summary>A call that waits for its turn at the ledger.</summary>
internal abstract class ClaimCall(bool needsFile, CancellationToken cancellationToken)
{
    internal bool NeedsFile { get; } = needsFile;

    internal abstract Task Completion { get; }

    protected CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Does the work under the lock; its outcome is told by <see cref="Succeed"/> once it is durable.</summary>
    internal abstract void Run();

    internal abstract void Succeed();

    /// <returns>True.</returns>
    internal abstract bool Fail(Exception cause);

    /// <returns>True when the call was cancelled, and so ended.</returns>
    internal abstract bool EndIfCancelled();
}

/// <summary>A call with its body and its result.</summary>
internal sealed class ClaimCall<TResult>(Func<TResult> body, bool needsFile, CancellationToken cancellationToken) : ClaimCall(needsFile, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _value;
    private Exception? _refusal;

    internal Task<TResult> Result => _result.Task;

    internal override Task Completion => _result.Task;

    internal override void Run()
    {
        try
        {
            _value = body();
        }
        catch (Exception e) when (e is ClaimLostException or ArgumentException or InvalidOperationException)
        {
            _refusal = e;
        }
    }

    internal override void Succeed()
    {
        if (_refusal is null)
            _result.TrySetResult(_value!);
        else
            _result.TrySetException(_refusal);
    }

    internal override bool Fail(Exception cause)
    {
        _result.TrySetException(cause);
        return true;
    }

    internal override bool EndIfCancelled() => CancellationToken.IsCancellationRequested && _result.TrySetCanceled(CancellationToken);
}
