using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Rtcp;

/// <summary>What a browser reports, and what our reports become in its place.</summary>
public sealed class CapturedRtcpTests
{
    private static readonly byte[][] Compounds = [.. Capture.Lines("rtcp.txt").Select(Convert.FromHexString)];

    [Fact]
    public void Every_compound_is_whole_and_known()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var compound in Compounds)
        {
            var packets = new RtcpPackets(compound);
            while (packets.MoveNext())
            {
                var name = packets.Current.Type is RtcpType.TransportFeedback or RtcpType.PayloadFeedback ? $"{packets.Current.Type} {packets.Current.Format}" : $"{packets.Current.Type}";
                counts[name] = counts.GetValueOrDefault(name) + 1;
            }

            Assert.False(packets.IsMalformed, Convert.ToHexString(compound));
        }

        Assert.All(["SenderReport", "ReceiverReport", "SourceDescription", "ExtendedReport", "TransportFeedback 1", "TransportFeedback 15", "PayloadFeedback 1"],
            name => Assert.True(counts.ContainsKey(name), $"no {name} among {string.Join(", ", counts.Keys)}"));
    }

    [Fact]
    public void Reports_name_their_streams_and_times_rise()
    {
        var times = new Dictionary<uint, ulong>();
        var blocks = 0;
        foreach (var compound in Compounds)
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (SenderInformation.TryRead(packet, out var sender))
                {
                    Assert.True(sender.Ntp > times.GetValueOrDefault(sender.Ssrc));
                    times[sender.Ssrc] = sender.Ntp;
                    Assert.True(sender.Bytes >= sender.Packets);
                }

                foreach (var block in ReportBlocks.In(packet))
                {
                    Assert.InRange(block.CumulativeLost, 0, 200);
                    blocks++;
                }

                foreach (var name in CanonicalNames.In(packet))
                    Assert.Equal(16, name.Name.Length);
            }
        }

        Assert.Equal(2, times.Count);
        Assert.True(blocks > 20);
    }

    // The feedback of a browser, told again by us: the same packets, the same times, and a browser's size.
    [Fact]
    public void Feedback_says_the_same_when_we_write_it()
    {
        var buffer = new byte[1200];
        var (messages, missing) = (0, 0);
        foreach (var compound in Compounds)
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (!TransportFeedback.TryRead(packet, out var feedback))
                    continue;
                messages++;
                var arrivals = new List<TransportArrival>();
                foreach (var arrival in feedback)
                    arrivals.Add(arrival);
                missing += feedback.Count - arrivals.Count;
                Assert.NotEmpty(arrivals);
                Assert.Equal((ushort)(feedback.BaseSequence + feedback.Count - 1), arrivals[^1].Sequence);

                var recorder = new TransportArrivals();
                foreach (var arrival in arrivals)
                    recorder.Record(arrival.Sequence, arrival.ArrivalUs);
                var writer = new RtcpWriter(buffer);
                Assert.True(writer.TryTransportFeedback(packet.Ssrc, packet.MediaSsrc, recorder));
                Assert.False(recorder.HasNews);
                Assert.Equal(arrivals, Read(buffer.AsSpan(0, writer.Length)));
                if (feedback.BaseSequence == arrivals[0].Sequence)
                    Assert.InRange(writer.Length, 20, compound.Length);
            }
        }

        Assert.True(messages > 100);
        Assert.True(missing > 5, "the path lost nothing");
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_mutation_of_them_makes_a_reader_throw() => Hostile.Feed(static bytes => RtcpReadingTests.ReadEverything(bytes), Compounds);

    private static List<TransportArrival> Read(ReadOnlySpan<byte> compound)
    {
        var packets = new RtcpPackets(compound);
        Assert.True(packets.MoveNext());
        Assert.True(TransportFeedback.TryRead(packets.Current, out var feedback));
        var arrivals = new List<TransportArrival>();
        foreach (var arrival in feedback)
            arrivals.Add(arrival);
        return arrivals;
    }
}
