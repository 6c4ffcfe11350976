using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Settings;

/// <summary>What a check of options found, for those who make their objects by hand.</summary>
internal static class SettingsFault
{
    /// <exception cref="ArgumentException">A member is out of its range; the message names each such member.</exception>
    public static void ThrowIfFailed(ValidateOptionsResult result)
    {
        if (result.Failed)
            throw new ArgumentException(result.FailureMessage);
    }
}
