namespace CommitRelay.Performance.PackageTests;

[Collection(nameof(PackedPackage))]
public sealed class NativeAotTests(PackedPackage package)
{
    [NativeAotFact]
    public async Task App_CompiledToNativeCode_RunsWithoutWarnings()
    {
        var project = Path.Combine(package.Consumers, "Native");
        await Dotnet.RunAsync(project, ["publish", "-c", "Release", "-o", "out", .. NativeAot.LinkerOptions]);
        var program = Path.Combine(project, "out", OperatingSystem.IsWindows() ? "Native.exe" : "Native");
        await ReadmeHome.CheckAsync(folder => Dotnet.RunAsync(program, folder, []));
    }
}

/// <summary>A test that compiles to native code; skipped where the machine cannot, with the reason.</summary>
public sealed class NativeAotFactAttribute : FactAttribute
{
    public NativeAotFactAttribute() => Skip = NativeAot.Obstacle;
}

internal static class NativeAot
{
    /// <summary>Why this machine cannot compile to native code, or null.</summary>
    public static string? Obstacle =>
        !BuildFacts.HasNativeCompiler ? "Needs the native compiler's package, which a build with CI=true restores."
        : OperatingSystem.IsWindows() ? "Not tried on Windows: finding its linker is the developer prompt's business."
        : !OnPath("clang") && !OnPath("gcc") ? "Needs clang or gcc to link."
        : null;

    /// <summary>The SDK asks for clang and lld; the compiler that Linux images have is gcc, and it links as well.</summary>
    public static string[] LinkerOptions => OnPath("clang") ? [] : ["-p:CppCompilerAndLinker=gcc", "-p:LinkerFlavor=bfd"];

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
