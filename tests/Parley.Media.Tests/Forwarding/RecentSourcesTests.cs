// A repeat must never be made from another source than the packet was: that would use a key stream twice.
using Parley.Media.Forwarding;
using Parley.Media.Receive;

namespace Parley.Media.Tests.Forwarding;

public sealed class RecentSourcesTests
{
    [Fact]
    public void A_number_finds_its_own_stream_or_none()
    {
        var streams = Enumerable.Range(0, 7).Select(static _ => new LayerStream(90_000, 4096, 4096)).ToArray();
        var sources = new RecentSources();
        var given = new Queue<(ushort Number, LayerStream Stream)>();
        // Twice around the numbers.
        for (var i = 0; i < 140_000; i++)
        {
            sources.Add(streams[i % streams.Length], isUsed: true);
            given.Enqueue((sources.Newest, streams[i % streams.Length]));
            Assert.NotEqual(RecentSources.None, sources.Newest);
            if (given.Count > 8)
                given.Dequeue();
            var age = given.Count;
            foreach (var (number, stream) in given)
                Assert.Same(--age < 4 ? stream : null, sources.Find(number));
        }
    }

    [Fact]
    public void The_number_of_a_stream_of_which_nothing_was_sent_is_the_next_ones()
    {
        var (first, second, third) = (new LayerStream(90_000, 4096, 4096), new LayerStream(90_000, 4096, 4096), new LayerStream(90_000, 4096, 4096));
        var sources = new RecentSources();
        sources.Add(first, isUsed: false);
        var used = sources.Newest;
        sources.Add(second, isUsed: true);
        var unused = sources.Newest;
        sources.Add(third, isUsed: false);
        Assert.Equal((first, third, unused), (sources.Find(used), sources.Find(unused), sources.Newest));
    }

    [Fact]
    public void Padding_was_read_nowhere()
    {
        var sources = new RecentSources();
        Assert.Null(sources.Find(RecentSources.None));
        sources.Add(new LayerStream(90_000, 4096, 4096), isUsed: false);
        Assert.Null(sources.Find(RecentSources.None));
    }
}
