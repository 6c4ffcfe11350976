using System.Diagnostics;
using System.Runtime.InteropServices;
using CommitRelay.Performance.Benchmarks.Reports;

namespace CommitRelay.Performance.Benchmarks.Peers;

/// <summary>simdjson through a few lines of C++, compiled here when g++ and libsimdjson-dev are there; left out otherwise.</summary>
internal sealed unsafe class Simdjson
{
    private readonly delegate* unmanaged[Cdecl]<byte*, nint> _load;
    private readonly delegate* unmanaged[Cdecl]<nint> _count;

    private Simdjson(nint library)
    {
        _load = (delegate* unmanaged[Cdecl]<byte*, nint>)NativeLibrary.GetExport(library, "peer_load");
        _count = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "peer_count_queued");
        Version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(library, "peer_version"))())!;
    }

    public string Version { get; }

    /// <summary>Null where it cannot be compiled.</summary>
    public static Simdjson? TryBuild()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var source = Path.Combine(MeasuredResults.Root, "benchmarks", "CommitRelay.Performance.Benchmarks", "Peers", "simdjson_peer.cpp");
        var library = Path.Combine(Path.GetTempPath(), $"commitrelay-simdjson-{Environment.UserName}.so");
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", ["-O3", "-march=native", "-std=c++17", "-shared", "-fPIC", "-o", library, source, "-lsimdjson"]) { RedirectStandardError = true })!;
            compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? new Simdjson(NativeLibrary.Load(library)) : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or DllNotFoundException)
        {
            return null;
        }
    }

    public void Load(string path)
    {
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + "\0"))
        {
            if (_load(name) < 0)
                throw new IOException($"simdjson could not load {path}.");
        }
    }

    public long CountQueued() => _count();
}
