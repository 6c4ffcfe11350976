using System.Text;

namespace CommitRelay.Performance.Tool;

/// <summary>Standard error: where it is closed or full, messages are lost, and the command goes on.</summary>
internal sealed class StandardError(TextWriter standard) : TextWriter
{
    public override Encoding Encoding => standard.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        try
        {
            standard.Write(value);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // There is nobody to tell.
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");
}
