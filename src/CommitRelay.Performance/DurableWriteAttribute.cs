namespace CommitRelay.Performance;

/// <summary>
/// Says that each write in the method or type must be on its way to the disk before the next step, so that the rules
/// about unbatched writes and flushes leave it alone. Write the reason beside it.
/// </summary>
/// <remarks>The rules know it by its full name: a project that does not reference this package may declare its own.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor)]
public sealed class DurableWriteAttribute : Attribute;
