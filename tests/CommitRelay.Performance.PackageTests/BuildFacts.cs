using System.Reflection;

namespace CommitRelay.Performance.PackageTests;

/// <summary>What the project file wrote down about the build these tests belong to.</summary>
internal static class BuildFacts
{
    public static string Configuration => Read(nameof(Configuration));

    /// <summary>True in the main job, where paths in the binaries must not tell the machine.</summary>
    public static bool ContinuousIntegrationBuild => Read(nameof(ContinuousIntegrationBuild)) == "true";

    /// <summary>The machine's package cache: serves the consumers all that is not the package under test, without a feed.</summary>
    public static string PackageCache => Read(nameof(PackageCache));

    public static bool HasNativeCompiler => Directory.Exists(Path.Combine(PackageCache, Read("NativeCompiler").ToLowerInvariant()));

    private static string Read(string key) =>
        typeof(BuildFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value ?? "";
}
