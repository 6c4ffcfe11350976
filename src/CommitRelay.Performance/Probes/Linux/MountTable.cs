using System.Globalization;
using System.Text;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>One line of /proc/self/mountinfo.</summary>
/// <param name="Device">Major and minor number, such as "254:0".</param>
/// <param name="Root">The folder within the file system that is mounted.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="FileSystem">The type, such as "ext4".</param>
/// <param name="Source">What is mounted, such as "/dev/vda".</param>
/// <param name="SuperOptions">Options of the file system, separated by commas.</param>
internal sealed record Mount(string Device, string Root, string MountPoint, string FileSystem, string Source, string SuperOptions);

/// <summary>Reads /proc/self/mountinfo.</summary>
internal static class MountTable
{
    internal static IReadOnlyList<Mount> Read(ProbeOptions options)
    {
        try
        {
            return Parse(File.ReadAllText($"{options.ProcRoot}/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Lines: id parent major:minor root mountpoint options [optional fields] - type source superoptions. Broken lines are left out.</summary>
    internal static IReadOnlyList<Mount> Parse(string text)
    {
        var mounts = new List<Mount>();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash < 0 || dash + 2 >= fields.Length)
                continue;
            var super = dash + 3 < fields.Length ? fields[dash + 3] : "";
            mounts.Add(new Mount(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]), super));
        }

        return mounts;
    }

    /// <summary>The mount of a device, or null. Of several mounts of one device the deepest that holds the path.</summary>
    internal static Mount? Find(IReadOnlyList<Mount> mounts, string device, string path)
        => mounts.Where(m => m.Device == device && Holds(m.MountPoint, path)).MaxBy(static m => m.MountPoint.Length)
           ?? mounts.FirstOrDefault(m => m.Device == device);

    private static bool Holds(string mountPoint, string path)
        => mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    // The kernel writes blank, tab, line feed and backslash as \ooo.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var text = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field.AsSpan(i + 1, 3)))
            {
                text.Append((char)(((field[i + 1] - '0') * 64) + ((field[i + 2] - '0') * 8) + (field[i + 3] - '0')));
                i += 3;
                continue;
            }

            text.Append(field[i]);
        }

        return text.ToString();
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits.IndexOfAnyExceptInRange('0', '7') < 0;

    internal static string Device(uint major, uint minor) => string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}");
}
