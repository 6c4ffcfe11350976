namespace CommitRelay.Performance.Events;

/// <summary>What the values of an event file tell.</summary>
/// <param name="Count">Values.</param>
/// <param name="ByEventType">Objects by the first of <c>type</c>, <c>event_type</c>, <c>event</c> that is a text; <c>(none)</c> for the others.</param>
/// <param name="Timestamps">Their <c>timestamp</c>.</param>
public sealed record EventFigures(long Count, IReadOnlyDictionary<string, long> ByEventType, EventTimes Timestamps);

/// <summary>The <c>timestamp</c> members of an event file's objects, to the second (fractions are dropped).</summary>
/// <param name="WithTimestamp">Objects that have one that is not null.</param>
/// <param name="Unreadable">Those of them that are no instant.</param>
/// <param name="First">The first readable one in the file, as it is written; null when there is none.</param>
/// <param name="Last">The last readable one in the file, as it is written.</param>
/// <param name="Earliest">The earliest instant.</param>
/// <param name="Latest">The latest instant.</param>
/// <param name="OutOfOrderSteps">How often one is earlier than the readable one before it.</param>
public sealed record EventTimes(long WithTimestamp, long Unreadable, string? First, string? Last, DateTimeOffset? Earliest, DateTimeOffset? Latest, long OutOfOrderSteps);
