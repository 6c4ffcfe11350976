namespace CommitRelay.Performance.Workers;

/// <summary>What became of the tasks that a worker loop took.</summary>
/// <param name="Completed">Done, and said so to the queue.</param>
/// <param name="Failed">Attempts that threw or ran too long; the queue tries the task again, or gives it up.</param>
/// <param name="GivenBack">Given back undone: rate limited, or still running when the loop had to end.</param>
/// <param name="Lost">Worked on, but somebody else held or ended the task meanwhile, or the queue could not be written.</param>
public readonly record struct WorkerLoopResult(int Completed, int Failed, int GivenBack, int Lost);
