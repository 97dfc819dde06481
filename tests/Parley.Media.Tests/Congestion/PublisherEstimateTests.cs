// Publishers that number nothing are told what they may send (REMB), and go by it.
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class PublisherEstimateTests(ITestOutputHelper output) : IDisposable
{
    private const byte SendTimeId = 3;

    private readonly EngineStage _stage = new();
    private readonly HeaderExtensionMap _extensions = new([(1, HeaderExtension.Mid), (SendTimeId, HeaderExtension.AbsoluteSendTime)]);
    private long _sequence;
    private long _told;

    [Theory]
    [InlineData(400_000, true)]
    [InlineData(1_500_000, true)]
    [InlineData(6_000_000, true)]
    [InlineData(1_500_000, false)]
    public void A_publisher_is_told_what_comes_through(long link, bool saysWhenItSends) => NetworkSeed.Run(61, seed =>
    {
        var publisher = Publisher("goog-remb");
        var way = new NetworkLink(seed, new LinkConditions { RateBps = link, Delay = TimeSpan.FromMilliseconds(25), Queue = TimeSpan.FromMilliseconds(300) });
        Send(publisher, way, 20, 20_000_000, saysWhenItSends);
        var (sum, most) = (0.0, 0.0);
        for (var second = 0; second < 20; second++)
        {
            Send(publisher, way, 1, 20_000_000, saysWhenItSends);
            sum += _told / (double)link / 20;
            most = Math.Max(most, way.QueueDelay.TotalMilliseconds);
        }

        output.WriteLine($"link {link / 1000} kbit/s, says when {saysWhenItSends}: told {sum:P0} of it, queue most {most:F0} ms");
        Assert.InRange(sum, 0.7, saysWhenItSends ? 1.05 : 1.3);
    });

    [Fact]
    public void What_is_sent_over_a_wide_way_is_never_limited() => NetworkSeed.Run(62, seed =>
    {
        var publisher = Publisher("goog-remb");
        var way = new NetworkLink(seed, new LinkConditions { RateBps = 50_000_000, Delay = TimeSpan.FromMilliseconds(25) });
        Send(publisher, way, 5, 2_000_000);
        for (var second = 0; second < 20; second++)
        {
            Send(publisher, way, 1, 2_000_000);
            Assert.InRange(_told, 2_600_000, 100_000_000);
        }
    });

    [Fact]
    public void Who_numbers_its_packets_or_did_not_ask_is_told_nothing()
    {
        var way = new NetworkLink(1);
        Send(Publisher("nack"), way, 3, 1_000_000);
        Assert.Equal(0, _told);
    }

    public void Dispose() => _stage.Dispose();

    private VirtualPeer Publisher(string feedback)
    {
        var publisher = _stage.Connect();
        var codec = EngineStage.Video(name: "VP8") with { Feedback = [feedback] };
        publisher.Peer.AddTrack(EngineStage.Receive("0", codec) with { Extensions = _extensions });
        return publisher;
    }

    // Frames at the rate that the publisher was told last, and wants at most.
    private void Send(VirtualPeer publisher, NetworkLink way, double seconds, long wantedBps, bool saysWhenItSends = true)
    {
        var tick = 0;
        for (var endUs = _stage.NowUs + (long)(seconds * 1e6); _stage.NowUs < endUs; tick++)
        {
            if (tick % 33 == 0)
            {
                var bytes = Math.Min(wantedBps, _told == 0 ? 300_000 : _told) / 8 / 30;
                for (var left = bytes; left > 0; left -= 1150)
                    way.Send(Packet(publisher, (int)Math.Clamp(left - 60, 20, 1090), left <= 1150, saysWhenItSends), _stage.NowUs);
            }

            _stage.Pass(TimeSpan.FromMilliseconds(1));
            while (way.TryReceive(_stage.NowUs, out var datagram, out _))
                publisher.Send(datagram);
            foreach (var compound in publisher.TakeRtcp())
            {
                foreach (var packet in new RtcpPackets(compound))
                {
                    if (ReceiverEstimate.TryRead(packet, out var bps))
                        _told = bps;
                }
            }
        }
    }

    private byte[] Packet(VirtualPeer publisher, int length, bool marker, bool saysWhenItSends)
    {
        var payload = new byte[length];
        payload[0] = 0x10;
        // A clock of its own.
        var time = (uint)((_stage.NowUs + 123_456_789L << 18) / 1_000_000);
        (byte, byte[])[] extensions = saysWhenItSends
            ? [(1, "0"u8.ToArray()), (SendTimeId, [(byte)(time >> 16), (byte)(time >> 8), (byte)time])]
            : [(1, "0"u8.ToArray())];
        return publisher.Rtp(7, 96, ++_sequence, payload, (uint)(_stage.NowUs * 90 / 1000), marker, extensions);
    }
}
