using System.Globalization;

namespace CommitRelay.Performance.Events;

/// <summary>
/// A place in an event file that stays right when the file is rolled, renamed or compressed. Its text (<see cref="ToString"/>) can be saved and parsed again.
/// </summary>
/// <remarks>After the part was deleted, or the file was cut and has grown again, the place cannot be told; following then begins at the oldest part that came later.</remarks>
public readonly record struct EventPosition
{
    private const string Version = "1";

    internal EventPosition(ulong inode, long offset, long rolledBefore)
    {
        Inode = inode;
        Offset = offset;
        RolledBefore = rolledBefore;
    }

    /// <summary>Before everything: the oldest rolled part, then the others.</summary>
    public static EventPosition Beginning => default;

    /// <summary>Which file; 0 for none.</summary>
    internal ulong Inode { get; }

    /// <summary>How far into it, in bytes; of a gzip part, unpacked bytes.</summary>
    internal long Offset { get; }

    /// <summary>The stamp (ticks) of the newest part that had been rolled when the file was begun: whatever is stamped later comes at it or behind it.</summary>
    internal long RolledBefore { get; }

    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static EventPosition Parse(string text)
        => TryParse(text, out var position) ? position : throw new FormatException($"'{text}' is no position in an event file; expected {Version}:file:offset:stamp.");

    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    public static bool TryParse(string? text, out EventPosition position)
    {
        position = default;
        var parts = (text ?? "").Split(':');
        if (parts.Length != 4 || parts[0] != Version
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var stamp))
            return false;
        position = new EventPosition(inode, offset, stamp);
        return true;
    }

    /// <summary>A text of digits and colons.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}:{Inode}:{Offset}:{RolledBefore}");
}
