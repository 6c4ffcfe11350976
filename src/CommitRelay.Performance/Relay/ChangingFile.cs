using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>What a file says, read again only when it has changed.</summary>
/// <typeparam name="T">What is read.</typeparam>
internal sealed class ChangingFile<T>(string path, Func<string, CancellationToken, ValueTask<T>> read)
{
    private FileState? _state;
    private FileContent<T> _content;

    public async ValueTask<FileContent<T>> ReadAsync(CancellationToken cancellationToken)
    {
        FileState? state = null;
        try
        {
            // The state is taken before the text: a change that comes between them is seen at the next look.
            state = FileState.TryOf(path);
            if (state is null)
            {
                _content = new(default, $"{path}: no such file", null);
            }
            else if (state != _state)
            {
                if (state.Value.IsSpecial)
                    throw FileState.Special(path);
                _content = new(await read(path, cancellationToken).ConfigureAwait(false), null, null);
            }
        }
        catch (Exception e) when (InvalidFile.IsFault(e))
        {
            _content = new(default, e.Message, InvalidFile.Of(path, e));

            // Broken text stays broken until it is changed; what the system refuses now it may give at the next look.
            if (e is not JsonFormatException)
                state = null;
        }

        _state = state;
        return _content;
    }
}

/// <summary>What a file says, or why it says nothing.</summary>
/// <param name="Value">What it says.</param>
/// <param name="UnknownBecause">Why there is no value, in words; null when there is one.</param>
/// <param name="Fault">What is wrong with a file that is there.</param>
internal readonly record struct FileContent<T>(T? Value, string? UnknownBecause, InvalidFile? Fault);
