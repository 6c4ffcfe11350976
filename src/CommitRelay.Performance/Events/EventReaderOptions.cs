namespace CommitRelay.Performance.Events;

/// <summary>Settings of an <see cref="EventReader"/>. Copied when the reader is created.</summary>
public sealed record EventReaderOptions
{
    /// <summary>Called for every stretch that is no value, in file order, on the reading thread. Null, the default: they are skipped and only counted in the metrics.</summary>
    public Action<EventDamage>? OnDamaged { get; set; }

    /// <summary>Reads the rolled parts too, plain and gzip, oldest first, before the file itself. Default false.</summary>
    public bool IncludeArchives { get; set; }

    /// <summary>Where rolled parts lie, as <see cref="EventRollOptions.ArchiveFolder"/>. Null, the default: beside the file.</summary>
    public string? ArchiveFolder { get; set; }

    /// <summary>The longest value in bytes; a longer one is reported as damaged. Default 64 MiB; 1 KiB to 1 GiB. Memory grows only as far as the longest value needs.</summary>
    public int MaxEventBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How often <see cref="EventReader.FollowAsync"/> looks for more. Default 100 ms; 1 ms to 1 min.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message gives its value and the range.</exception>
    public void Validate()
    {
        if (MaxEventBytes is < 1024 or > 1 << 30)
            throw new ArgumentException($"{nameof(EventReaderOptions)}.{nameof(MaxEventBytes)} is {MaxEventBytes}; it must be 1024 to {1 << 30} bytes.", nameof(MaxEventBytes));
        if (PollInterval < TimeSpan.FromMilliseconds(1) || PollInterval > TimeSpan.FromMinutes(1))
            throw new ArgumentException($"{nameof(EventReaderOptions)}.{nameof(PollInterval)} is {PollInterval}; it must be 1 ms to 1 min.", nameof(PollInterval));
    }

    internal void Tell(EventDamage damage)
    {
        EventMetrics.Damaged();
        OnDamaged?.Invoke(damage);
    }
}
