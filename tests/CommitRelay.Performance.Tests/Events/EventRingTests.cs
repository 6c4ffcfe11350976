using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CsCheck;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventRingTests
{
    private const int Capacity = 256;

    [Fact]
    public void Ring_UnderAnyMixOfAppendsAndTakes_GivesBackEveryLineOnceInOrder()
        => Gen.Int[-3, Capacity / 2 - 1].Array[1, 400].Sample(steps =>
        {
            using var ring = new EventRing(StagingMemory.OnHeap(EventRing.HeaderBytes + Capacity, ""));
            var expected = new StringBuilder();
            var taken = new StringBuilder();
            var number = 0;
            foreach (var step in steps)
            {
                if (step > 0)
                {
                    var line = new string((char)('a' + (number++ % 26)), step);
                    if (ring.TryAppend(Encoding.UTF8.GetBytes(line)))
                        expected.Append(line).Append('\n');
                    else
                        Assert.True(ring.Head - ring.Tail > Capacity / 2 - step, "There was room.");
                }
                else
                {
                    Take(ring, taken, Math.Max(1, -step * 20));
                }
            }

            while (ring.Tail < ring.Head)
                Take(ring, taken, 64);
            Assert.Equal(expected.ToString(), taken.ToString());
        });

    [Fact]
    public void Ring_WhenEmpty_TakesItsLongestLineAtEveryPlace()
    {
        for (var place = 0; place < Capacity; place++)
        {
            using var ring = new EventRing(StagingMemory.OnHeap(EventRing.HeaderBytes + Capacity, ""));
            for (var n = 0; n < place / 2; n++)
            {
                Assert.True(ring.TryAppend("x"u8));
                Take(ring, new StringBuilder(), Capacity);
            }

            Assert.True(ring.TryAppend(new byte[ring.LongestLine]));
        }
    }

    private static void Take(EventRing ring, StringBuilder into, int most)
    {
        var head = ring.Head;
        var batch = ring.Peek(head, most);
        if (batch.IsEmpty)
            return;
        Assert.Equal((byte)'\n', batch[^1]);
        into.Append(Encoding.UTF8.GetString(batch));
        ring.Advance(batch.Length);
    }
}
