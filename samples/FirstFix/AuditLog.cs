namespace CommitRelay.Samples.FirstFix;

/// <summary>Opens and closes its file for each line (CRP0001; the fix keeps it open).</summary>
internal sealed class AuditLog(string path)
{
    public void Write(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            File.AppendAllText(path, line + "\n");
    }
}
