namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Standard input as a file, for what can only be done on one.</summary>
internal sealed class Spool : IDisposable
{
    private Spool(string file) => File = file;

    public string File { get; }

    public static async Task<Spool> ReadAsync(Stream input, CancellationToken stop)
    {
        var spool = new Spool(Path.GetTempFileName());
        try
        {
            using var file = new FileStream(spool.File, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            await input.CopyToAsync(file, stop).ConfigureAwait(false);
            return spool;
        }
        catch
        {
            // A full disk must not stay full of what nobody will read.
            spool.Dispose();
            throw;
        }
    }

    public void Dispose() => System.IO.File.Delete(File);
}
