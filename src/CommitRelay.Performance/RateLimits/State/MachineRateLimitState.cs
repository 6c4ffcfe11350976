using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.RateLimits.State;

/// <summary>What all processes of this user on this machine know together of a scope: the controller's value in a <see cref="PaceFile"/>.</summary>
internal sealed class MachineRateLimitState : LocalRateLimitState, IDisposable
{
    private readonly PaceFile _file;
    private readonly string _scope;
    private PaceState _copy;

    // The word that _copy was taken at, the one that _copy was last published under (0: it has been changed since), and what was wrong there.
    private ulong _base;
    private ulong _published;
    private string? _fault;
    private bool _hasStored;

    /// <param name="file">The shared file; disposed with this.</param>
    /// <param name="scope">The scope's name, for the metrics.</param>
    /// <param name="settings">What this process's options say.</param>
    /// <param name="time">A clock whose timestamps all sharers read alike.</param>
    public MachineRateLimitState(PaceFile file, string scope, PaceSettings settings, TimeProvider time)
        : base(settings, time)
    {
        _file = file;
        _scope = scope;
        if (file.Fault is { } fault)
            OnReset(fault);
    }

    /// <summary>Why the state was begun anew the last time; null while that never happened to this process.</summary>
    public string? ResetReason { get; private set; }

    /// <summary>The shared state of a scope; null, and counted with the reason, when this process cannot share.</summary>
    public static MachineRateLimitState? TryOpen(string scope, PaceSettings settings, TimeProvider time)
    {
        string reason;
        try
        {
            // Other clocks' timestamps mean nothing to other processes, and virtual time must not meddle with real limits.
            if (time != TimeProvider.System)
                reason = "the clock is not the system's";
            else if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
                reason = "only 64-bit Linux is supported";
            else if ((StagingFolder.WhyNot(Parent) ?? StagingFolder.WhyNot(Folder)) is { } unfit)
                reason = unfit;
            else
                return new MachineRateLimitState(PaceFile.Open(Folder, scope), scope, settings, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
        }

        RateLimitMetrics.OnFallback(scope, reason);
        return null;
    }

    /// <summary>Lets go of the file; the last one out leaves it for the next.</summary>
    public void Dispose() => _file.Dispose();

    protected override ref PaceState Load()
    {
        var word = _file.Word;
        if (word == 0 || word != _published)
            word = Read(word);
        _base = word;

        // From here on the copy may be changed, and is nobody's truth until it is stored.
        _published = 0;
        return ref _copy;
    }

    protected override bool TryStore()
    {
        var next = _file.TryPublish(_base, in _copy);
        if (next == 0)
            return false;
        _published = next;
        _hasStored = true;
        if (_fault is { } fault)
            OnReset(fault);
        _fault = null;
        return true;
    }

    private static string Parent => StagingFolder.Default ?? Path.Combine(Path.GetTempPath(), $"commitrelay-{Environment.UserName}");

    private static string Folder => Path.Combine(Parent, "rate-limits");

    private ulong Read(ulong word)
    {
        _fault = null;
        while (!_file.TryRead(word, out _copy))
        {
            var now = _file.Word;
            if (now == word)
            {
                // Nobody has published meanwhile, so it is not that we read while another wrote.
                _fault = PaceFile.IsUnused(word) && !_hasStored ? null : "it was damaged";
                _copy = Anew();
                break;
            }

            word = now;
        }

        return word;
    }

    /// <summary>A state whose epoch no place of a lost one can bear, so that those who hold such places get new ones.</summary>
    private PaceState Anew()
    {
        var now = Now();
        return PaceState.Create(now, Settings) with { Epoch = (long)(now * 1000) };
    }

    private void OnReset(string reason)
    {
        ResetReason = reason;
        RateLimitMetrics.OnReset(_scope, reason);
    }
}
