using System.Reflection;
using System.Text;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

/// <summary>This system's own files, mangled at random: whatever they say, a sample is taken, and what it knows is a number that can be.</summary>
public sealed class MangledSystemsTests
{
    private const int Rounds = 200;

    private static readonly string[] Numbers =
    [
        "0", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "99999999999999999999999999", "-9223372036854775808", "1e400", "NaN", "max", "", "0x7f", "1.5", "٣",
    ];

    private static readonly string[] Paths =
    [
        "proc/stat", "proc/loadavg", "proc/meminfo", "proc/pressure/cpu", "proc/pressure/memory", "proc/pressure/io", "proc/net/snmp", "proc/net/netstat", "proc/net/dev",
        "proc/sys/fs/file-nr", "proc/self/cgroup", "proc/self/mountinfo", "proc/self/limits", "proc/self/stat", "proc/self/statm", "proc/self/status", "proc/uptime", "proc/diskstats", "proc/1/stat",
    ];

    [LinuxFact]
    public void Samples_OfMangledFiles_NeverThrow_AndKnowOnlyNumbersThatCanBe()
    {
        var random = new Random(20261128);
        using var recorded = new Recorded();
        var whole = Paths.Where(static path => File.Exists("/" + path)).ToDictionary(static path => path, static path => File.ReadAllText("/" + path));
        using var host = new HostProbe(recorded.Options);
        using var disk = new DiskProbe("/", recorded.Options);
        using var self = new SelfProbe(recorded.Options);
        var processes = new ProcessProbe(recorded.Options);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (path, text) in whole)
                recorded.Write(path, random.Next(3) == 0 ? text : Mangled(text, random));
            recorded.Time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            Check(host.Sample(), round);
            Check(disk.Sample(), round);
            Check(self.Sample(), round);
            foreach (var process in processes.Sample())
                Check(process, round);
        }
    }

    private static string Mangled(string text, Random random)
    {
        var changed = new StringBuilder(text);
        for (var changes = random.Next(1, 8); changes > 0 && changed.Length > 0; changes--)
        {
            var at = random.Next(changed.Length);
            switch (random.Next(6))
            {
                case 0:
                    changed.Length = at;
                    break;
                case 1:
                    changed[at] = (char)random.Next(1, 300);
                    break;
                case 2:
                    changed.Insert(at, changed.ToString(at, Math.Min(40, changed.Length - at)));
                    break;
                case 3:
                    changed.Remove(at, Math.Min(random.Next(1, 30), changed.Length - at));
                    break;
                default:
                    ReplaceNumber(changed, at, Numbers[random.Next(Numbers.Length)]);
                    break;
            }
        }

        return changed.ToString();
    }

    private static void ReplaceNumber(StringBuilder text, int at, string number)
    {
        while (at < text.Length && !char.IsAsciiDigit(text[at]))
            at++;
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        text.Remove(at, end - at).Insert(at, number);
    }

    private static void Check(object sample, int round)
    {
        foreach (var property in sample.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.GetIndexParameters().Length == 0))
        {
            var value = property.GetValue(sample);
            var name = $"round {round}: {sample.GetType().Name}.{property.Name} = {value}";
            if (value is Reading<double> { IsKnown: true } number)
                Assert.True(double.IsFinite(number.Value) && number.Value >= 0, name);
            else if (value is Reading<long> { IsKnown: true } count)
                Assert.True(count.Value >= 0, name);
            else if (value?.GetType() is { IsClass: true } type && type.Name.EndsWith("Sample", StringComparison.Ordinal))
                Check(value, round);
        }
    }
}
