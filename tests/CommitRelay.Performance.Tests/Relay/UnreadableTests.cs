using System.Runtime.InteropServices;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

/// <summary>Folders and files that this user may not read. Root may read all, so the work is done with the file rights of nobody.</summary>
public sealed partial class UnreadableTests : IDisposable
{
    private const int Nobody = 65534;
    private readonly TempFolder _folder = new();
    private readonly RelayHome _home;
    private readonly List<string> _closed = [];

    public UnreadableTests()
    {
        _home = new RelayHome(_folder.Path);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
    }

    public void Dispose()
    {
        foreach (var folder in _closed)
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Dispose();
    }

    [LinuxFact]
    public void Walk_OfAHomeWithAClosedFolder_NamesItWithTheReasonAndCountsTheRest()
    {
        _folder.Write("coordination/task-queue.json", "{}");
        Close(_folder.Write("coordination/history/a.json", "{}"), folder: true);
        var files = AsNobody(() => HomeFiles.Walk(_home));
        Assert.Equal(1, files.Files);
        var closed = Assert.Single(files.Unreadable);
        Assert.Equal((_home.History, "open failed: Permission denied"), (closed.Path, closed.Reason));
    }

    [LinuxFact]
    public void Specs_ThatMayNotBeRead_AreListedAndTheRestIsRead()
    {
        _folder.Write("coordination/worker-specs/active/a.json", "{}");
        Close(_folder.Write("coordination/worker-specs/active/b.json", "{}"), folder: false);
        Close(_folder.Write("coordination/worker-specs/failed/c.json", "{}"), folder: true);
        var (folders, survey) = AsNobody(() => (WorkerSpecFolder.ReadAll(_home), WorkerSpecSurvey.Read(_home)));
        Assert.Equal(1, folders.Sum(static folder => folder.Specs.Count));
        Assert.Equal([_folder["coordination", "worker-specs", "active", "b.json"], _home.WorkerSpecFolder("failed")], folders.SelectMany(static folder => folder.Invalid).Select(static file => file.Path));
        Assert.Equal((1, 1), (survey.Folder("active").Invalid, survey.Folder("failed").Invalid));
    }

    [LinuxFact]
    public void Logs_ThatMayNotBeRead_AreNamedAndTheRestIsScanned()
    {
        _folder.Write("agents/logs/a.log", "HTTP 429\n");
        Close(_folder.Write("agents/logs/b.log", "HTTP 429\n"), folder: false);
        var scan = AsNobody(() => LogScan.RateLimits(_home));
        Assert.Equal(1, scan.LinesTotal);
        Assert.Equal(["agents/logs/b.log"], scan.Unreadable.Keys);
    }

    [LinuxFact]
    public void Survey_OfAHomeWhoseQueueAndBudgetMayNotBeRead_SaysSoAndGoesOn()
    {
        Close(_folder.Write("coordination/task-queue.json", "{}"), folder: false);
        Close(_folder.Write("coordination/token-budget.json", "{}"), folder: false);
        var survey = AsNobody(() => new HomeProbe(_home).SurveyAsync().AsTask().GetAwaiter().GetResult());
        Assert.Equal([_home.TaskQueue, _home.TokenBudget], survey.Invalid.Select(static file => file.Path));
        Assert.Equal((null, null, 2), (survey.Queue, survey.Tokens.Budget, survey.Files.Files));
    }

    private void Close(string file, bool folder)
    {
        _closed.Add(folder ? Path.GetDirectoryName(file)! : file);
        File.SetUnixFileMode(_closed[^1], UnixFileMode.None);
    }

    /// <summary>Linux keeps the user whose file rights count by thread, so a thread that ends leaves no trace.</summary>
    private static T AsNobody<T>(Func<T> read)
    {
        var result = default(T);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                _ = SetFileUser(Nobody);
                result = read();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException("The reading failed.", failure);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(uint user);
}
