using System.Text.Json;

namespace CommitRelay.Samples.FirstFix;

/// <summary>Overwrites its state where it stands (CRP0021; the fix writes a temporary file and moves it: safer, not faster).</summary>
internal sealed class DoneList(string path)
{
    private readonly List<string> _ids = [];

    public void Add(string id)
    {
        _ids.Add(id);
        File.WriteAllText(path, JsonSerializer.Serialize(_ids));
    }
}
