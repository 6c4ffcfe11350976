namespace CommitRelay.Performance.Queues;

/// <summary>The path of a fault: the array of tasks, and the place of the task in it; put into words only when there is a fault.</summary>
internal readonly record struct JsonPathText(string Array, long Index = -1, string Inner = "")
{
    public override string ToString() => Index < 0 ? Array : $"{Array}[{Index}]{Inner}";
}
