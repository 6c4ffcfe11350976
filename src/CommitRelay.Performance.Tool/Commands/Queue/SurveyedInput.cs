using System.IO.Pipelines;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>
/// Standard input for a reader of its tasks, while a survey checks every byte beside it: what a file could be looked at again for is known in one
/// pass and in constant memory. Before it waits for more, it shows what has been answered so far.
/// </summary>
internal sealed class SurveyedInput : Stream
{
    private readonly Stream _input;
    private readonly Stream _answer;
    private readonly CancellationTokenSource _ending;
    private readonly Pipe _copy = new();
    private readonly Task<QueueSurvey> _survey;

    // Its own: a read that is given up may fill it later.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _filled;

    public SurveyedInput(Stream input, string name, Stream answer, CancellationToken stop)
    {
        (_input, _answer) = (input, answer);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _survey = SurveyAsync(name);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads to the end what the reader has left, and says what all of it is.</summary>
    /// <exception cref="QueueFormatException">It is not JSON.</exception>
    public async Task<QueueSurvey> FinishAsync(CancellationToken cancellationToken)
    {
        do
            _at = _filled;
        while (await FillAsync(cancellationToken).ConfigureAwait(false));
        return await _survey.ConfigureAwait(false);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at == _filled && !await FillAsync(cancellationToken).ConfigureAwait(false))
            return 0;
        var taken = Math.Min(buffer.Length, _filled - _at);
        _buffer.AsMemory(_at, taken).CopyTo(buffer);
        _at += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Ends the survey, whose answer nobody has asked for.</summary>
    protected override void Dispose(bool disposing)
    {
        _ending.Cancel();
        _ending.Dispose();
        base.Dispose(disposing);
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _answer.Flush();

        // The console's stream blocks whoever reads it: a read can only be left.
        (_at, _filled) = (0, await Task.Run(() => _input.Read(_buffer), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false));
        if (_filled == 0)
            await _copy.Writer.CompleteAsync().ConfigureAwait(false);
        else
            await _copy.Writer.WriteAsync(_buffer.AsMemory(0, _filled), cancellationToken).ConfigureAwait(false);
        return _filled > 0;
    }

    private async Task<QueueSurvey> SurveyAsync(string name)
    {
        try
        {
            return await QueueSurvey.ReadAsync(QueueSource.FromPipe(_copy.Reader, name), cancellationToken: _ending.Token).ConfigureAwait(false);
        }
        finally
        {
            // Once it has found a fault it reads no more, and nobody must wait for it to.
            await _copy.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }
}
