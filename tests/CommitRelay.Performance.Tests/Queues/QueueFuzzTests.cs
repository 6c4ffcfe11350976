using CommitRelay.Performance.Child;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

public class QueueFuzzTests
{
    [Fact]
    public void DamagedQueues_EveryWidthAndCut_AnswersAsAFullParseOrFails()
    {
        var left = 300 + (Repository.Soak * 1_000);
        var (_, failure) = QueueFuzz.Run(Path.Combine(Repository.Root, "tests", "CommitRelay.Performance.Tests", "Queues", "FuzzSeeds"), randomSeed: 1, () => left-- > 0);
        Assert.Null(failure);
    }
}
