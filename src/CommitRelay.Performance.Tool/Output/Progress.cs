using System.Globalization;

namespace CommitRelay.Performance.Tool;

/// <summary>
/// What a command that takes over a second is at, on standard error where that is a terminal: a bar where it is known how much will be read, else
/// the time it takes. Gone before the first word of the answer. What has been read is asked of the system, so that no reader needs to report.
/// </summary>
internal sealed class Progress : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly ToolHost _host;
    private readonly string _command;
    private readonly Func<long?> _bytesRead;
    private readonly ITimer? _timer;
    private readonly long _started;
    private long _expected;
    private long? _readBefore;
    private bool _isShown;
    private volatile bool _hasEnded;

    public Progress(ToolHost host, string command, Func<long?>? bytesRead = null)
    {
        (_host, _command, _bytesRead) = (host, command, bytesRead ?? BytesRead);
        _hasEnded = !host.ErrorIsTerminal;
        if (_hasEnded)
            return;
        _started = host.Time.GetTimestamp();
        _timer = host.Time.CreateTimer(static progress => ((Progress)progress!).Show(), this, Patience, Period);
    }

    /// <summary>Says how many bytes are going to be read from here on, about.</summary>
    public void Expect(long bytes)
    {
        if (_hasEnded)
            return;
        _readBefore ??= _bytesRead();
        Interlocked.Add(ref _expected, bytes);
    }

    /// <summary>Takes it away; the answer, or the command's own picture, begins.</summary>
    public void End()
    {
        if (_hasEnded)
            return;
        lock (_lock)
        {
            _hasEnded = true;
            _timer?.Dispose();
            if (_isShown)
                _host.Error.Write("\r\e[K");
        }
    }

    public void Dispose() => End();

    private void Show()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return;
            _isShown = true;
            _host.Error.Write($"\r\e[K{_command}  {Bar()}{Format.Seconds(Math.Floor(_host.Time.GetElapsedTime(_started).TotalSeconds))}");
        }
    }

    private string Bar()
    {
        if (_expected <= 0 || _bytesRead() - _readBefore is not { } read)
            return "";

        // It is not done before it is done: some files are read twice.
        var share = Math.Clamp((double)read / _expected, 0, 0.99);
        var full = (int)(share * BarWidth);
        return new string('█', full) + new string('░', BarWidth - full) + $" {Math.Floor(100 * share).ToString("0", CultureInfo.InvariantCulture),2} %  ";
    }

    /// <summary>All that this process has read; null where the system does not tell.</summary>
    private static long? BytesRead()
    {
        const string name = "rchar: ";
        try
        {
            var line = File.ReadLines("/proc/self/io").First();
            return line.StartsWith(name, StringComparison.Ordinal) && long.TryParse(line.AsSpan(name.Length), CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
