namespace CommitRelay.Performance.Tool;

/// <summary>The command line asks for something that cannot be: told on standard error, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
