using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Hosting;

/// <summary>Runs an options class's own check at the host's start, so that a bad value stops it there, with the check's own words.</summary>
internal sealed class OptionsCheck<TOptions>(string name, Action<TOptions> validate) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? optionsName, TOptions options)
    {
        if (optionsName != name)
            return ValidateOptionsResult.Skip;
        try
        {
            validate(options);
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }
}
