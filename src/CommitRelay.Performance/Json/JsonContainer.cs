using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Json;

/// <summary>Steps over a long object or array with the block scanner, which looks at brackets only.</summary>
internal static unsafe class JsonContainer
{
    /// <summary>Shorter text is not worth starting the scanner for.</summary>
    public const int Long = 4096;

    private const int FirstBlocks = 8;
    private const int MostBlocks = 64;

    /// <summary>Walks from an opening bracket on, as far as whole blocks go.</summary>
    /// <param name="json">Valid text.</param>
    /// <param name="at">The opening bracket.</param>
    /// <param name="depth">How many containers are still open at the place returned; 0 when the end was found.</param>
    /// <returns>Behind the closing bracket, or behind the last bracket met before it.</returns>
    [SkipLocalsInit]
    public static int Skip(ReadOnlySpan<byte> json, int at, out int depth)
    {
        var events = stackalloc int[(MostBlocks * BlockScanner.BlockSize) + 1];
        var marks = stackalloc byte[(MostBlocks * BlockScanner.BlockSize) + 1];
        var scanner = new BlockScanner(ScanWidth.Best, []);
        var behind = at;
        depth = 0;
        fixed (byte* text = json)
        {
            for (var blocks = FirstBlocks; at + (blocks * BlockScanner.BlockSize) + BlockScanner.LookAhead <= json.Length; blocks = MostBlocks)
            {
                var count = scanner.Scan(text + at, blocks, at, events, marks);
                for (var i = 0; i < count; i++)
                {
                    // What is neither is a control byte inside a text, which valid text has not.
                    depth += (marks[i] | 0x20) == '{' ? 1 : -1;
                    behind = events[i] + 1;
                    if (depth == 0)
                        return behind;
                }

                at += blocks * BlockScanner.BlockSize;
            }
        }

        return behind;
    }
}
