namespace CommitRelay.Performance.Probes.Linux;

/// <summary>The folders of this process's control groups, innermost first, up to the mount: from /proc/self/cgroup and /proc/self/mountinfo.</summary>
internal sealed class GroupPlaces
{
    /// <summary>Folders of version 2; empty where it is not mounted.</summary>
    internal IReadOnlyList<string> Unified { get; private init; } = [];

    /// <summary>Folders of the memory controller of version 1.</summary>
    internal IReadOnlyList<string> Memory { get; private init; } = [];

    /// <summary>Folders of the cpu controller of version 1.</summary>
    internal IReadOnlyList<string> Cpu { get; private init; } = [];

    /// <summary>Folders of the cpuacct controller of version 1: mostly, not always, those of cpu.</summary>
    internal IReadOnlyList<string> CpuAccounting { get; private init; } = [];

    internal static GroupPlaces Find(ProbeOptions options)
    {
        var groups = ReadLines($"{options.ProcRoot}/self/cgroup");
        var mounts = MountTable.Read(options);
        return new GroupPlaces
        {
            Unified = Folders(OwnGroup(groups, null), mounts.FirstOrDefault(static m => m.FileSystem == "cgroup2"), options),
            Memory = Folders(OwnGroup(groups, "memory"), FirstVersion(mounts, "memory"), options),
            Cpu = Folders(OwnGroup(groups, "cpu"), FirstVersion(mounts, "cpu"), options),
            CpuAccounting = Folders(OwnGroup(groups, "cpuacct"), FirstVersion(mounts, "cpuacct"), options),
        };
    }

    private static Mount? FirstVersion(IReadOnlyList<Mount> mounts, string controller)
        => mounts.FirstOrDefault(m => m.FileSystem == "cgroup" && m.SuperOptions.Split(',').Contains(controller));

    /// <summary>The path in a line "id:controllers:path"; version 2 has no controllers. The path may hold colons.</summary>
    private static string? OwnGroup(IEnumerable<string> lines, string? controller)
    {
        foreach (var line in lines)
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && (controller is null ? parts[1].Length == 0 : parts[1].Split(',').Contains(controller)))
                return parts[2];
        }

        return null;
    }

    private static List<string> Folders(string? group, Mount? mount, ProbeOptions options)
    {
        if (group is null || mount is null)
            return [];
        var top = UnderRoot(mount.MountPoint, options);
        var folders = new List<string>();
        for (var below = Below(group, mount.Root); below.Length > 0; below = below[..below.LastIndexOf('/')])
            folders.Add(top + below);
        folders.Add(top);
        return folders;
    }

    /// <summary>A group's path below the mount. The mount may show a part of the hierarchy only: in a container without a namespace of
    /// its own the group's path begins with the mount's root, and a path outside of it is not visible.</summary>
    private static string Below(string group, string root)
    {
        var path = group.TrimEnd('/');
        if (root == "/")
            return path.Contains("/..", StringComparison.Ordinal) ? "" : path;
        return path.StartsWith(root + "/", StringComparison.Ordinal) ? path[root.Length..] : "";
    }

    private static string UnderRoot(string mountPoint, ProbeOptions options)
        => mountPoint.StartsWith("/sys/", StringComparison.Ordinal) ? options.SysRoot + mountPoint["/sys".Length..] : mountPoint;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
