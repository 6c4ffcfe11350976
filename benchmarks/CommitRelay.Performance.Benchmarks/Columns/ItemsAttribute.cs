namespace CommitRelay.Performance.Benchmarks.Columns;

/// <summary>
/// What one operation of the class is, in the plural: <c>[Items("events")]</c> with <c>OperationsPerInvoke</c> = events a call
/// shows a column of events per second.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ItemsAttribute(string plural) : Attribute
{
    public string Plural { get; } = plural;
}
