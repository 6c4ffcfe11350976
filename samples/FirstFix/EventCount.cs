using System.Text.Json;

namespace CommitRelay.Samples.FirstFix;

/// <summary>Holds every line before it looks at the first (CRP0012; the fix reads line by line).</summary>
internal static class EventCount
{
    public static int Of(string path, string status)
    {
        var count = 0;
        foreach (var line in File.ReadAllLines(path))
        {
            if (JsonSerializer.Deserialize<WorkTask>(line)!.Status == status)
                count++;
        }

        return count;
    }
}
