namespace CommitRelay.Performance.Tests.Monitoring;

/// <summary>
/// Tests that ask whether anybody has a file open for writing. While another test starts a child process, the child holds a copy of every open
/// file until it runs its program: a file that is closed here still counts as open. So these run while no other test does.
/// </summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
