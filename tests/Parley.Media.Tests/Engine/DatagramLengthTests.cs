// Packets around the longest that leaves: what fits leaves, what does not is dropped for its reader alone and counted, and a sink is never asked for more than was promised.
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class DatagramLengthTests
{
    private const uint Ssrc = 4711;
    private const uint RetransmissionSsrc = 4712;

    public static TheoryData<SrtpProfile, bool> Ways()
    {
        var ways = new TheoryData<SrtpProfile, bool>();
        foreach (var profile in Enum.GetValues<SrtpProfile>())
        {
            ways.Add(profile, false);
            ways.Add(profile, true);
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_length_leaves_whole_or_not_at_all(SrtpProfile profile, bool retransmission)
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect(SrtpProfile.Aes128CmHmacSha1Tag80);
        var subscriber = stage.Connect(profile);
        var video = EngineStage.Video(rtx: retransmission ? (byte)97 : null);
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", video));
        var extensions = new HeaderExtensionMap([(1, HeaderExtension.Mid), (4, HeaderExtension.AudioLevel), (5, HeaderExtension.TransportSequence), (6, HeaderExtension.AbsoluteSendTime)]);
        var subscription = subscriber.Peer.Subscribe(
            EngineStage.Send("sixteen-letters-", Ssrc, video) with { Extensions = extensions, RetransmissionSsrc = retransmission ? RetransmissionSsrc : null }, track);
        var tag = profile is SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 16;
        // The fixed header; profile and length; number, time of sending, mid and level, to whole words.
        const int header = 12 + 4 + (3 + 4 + 17 + 2 + 2);
        long dropped = 0, kept = 0;
        for (var sequence = 1; sequence <= 140; sequence++)
        {
            var payload = new byte[1349 + sequence];
            publisher.SendRtp(1, 96, sequence, payload, (uint)sequence * 3000, marker: true, (4, [0x7F]));
            var fits = header + payload.Length + tag <= MediaEngine.MaxDatagram;
            var received = subscriber.TakeRtp();
            if (fits)
            {
                var packet = Assert.Single(received);
                Assert.Equal((header + payload.Length + tag, payload.Length), (packet.Length, packet.Payload.Length));
                kept++;
                Ask(packet.Sequence, payload.Length, header + (retransmission ? 2 : 0) + payload.Length + tag <= MediaEngine.MaxDatagram);
            }
            else
            {
                Assert.Empty(received);
                dropped++;
            }

            Assert.Equal(dropped, stage.Engine.Drops[DropReason.TooLong]);
        }

        Assert.True(kept > 50 && dropped > 20, $"{kept} kept, {dropped} dropped");
        Assert.Equal(kept, subscription.PacketsSent);
        // Nobody ended for it, and what follows comes.
        Assert.Equal(2, stage.Engine.PeerCount);
        publisher.SendRtp(1, 96, 141, [1], 141 * 3000, marker: true);
        Assert.Single(subscriber.TakeRtp());

        void Ask(long sequence, int length, bool fits)
        {
            stage.Pass(TimeSpan.FromMilliseconds(15));
            subscriber.TakeRtp();
            subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, Ssrc, [(ushort)sequence]));
            var again = subscriber.TakeRaw();
            Assert.All(again, static bytes => Assert.InRange(bytes.Length, 1, MediaEngine.MaxDatagram));
            Assert.Equal(fits ? 1 : 0, again.Count);
            if (!fits)
                dropped++;
            else if (retransmission)
                Assert.Equal(length + 2, subscriber.Open(again[0]).Payload.Length);
        }
    }

    [Fact]
    public void A_datagram_that_is_longer_than_any_is_not_taken()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        publisher.SendRtp(1, 96, 1, [1]);
        publisher.SendRtp(1, 96, 2, new byte[MediaEngine.MaxDatagram - 12 - 16]);
        Assert.Equal(0, stage.Engine.Drops.Total);
        publisher.SendRtp(1, 96, 3, new byte[MediaEngine.MaxDatagram - 12 - 16 + 1]);
        Assert.Equal(1, stage.Engine.Drops[DropReason.TooLong]);
        Assert.Equal(2, publisher.Peer.ReadStatistics().Layers[0].Packets);
    }

    [Fact]
    public void A_long_packet_is_lost_to_the_one_reader_that_it_is_too_long_for()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var (shorter, longer) = (stage.Connect(SrtpProfile.Aes128CmHmacSha1Tag80), stage.Connect(SrtpProfile.AeadAes256Gcm));
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        foreach (var peer in new[] { shorter, longer })
            peer.Peer.Subscribe(EngineStage.Send("0", Ssrc, EngineStage.Video()) with { Extensions = new HeaderExtensionMap([(5, HeaderExtension.TransportSequence)]) }, track);
        // 12 + 8 + 1470 + 10 are 1500.
        publisher.SendRtp(1, 96, 1, [1]);
        publisher.SendRtp(1, 96, 2, new byte[1470]);
        publisher.SendRtp(1, 96, 3, [3]);
        Assert.Equal([1, 1470, 1], shorter.TakeRtp().Select(static packet => packet.Payload.Length));
        var rest = longer.TakeRtp();
        Assert.Equal([1, 1], rest.Select(static packet => packet.Payload.Length));
        // To its receiver it is lost, as on any way that is too narrow for it.
        Assert.Equal(2, rest[1].Sequence - rest[0].Sequence);
        Assert.Equal([(DropReason.TooLong, 1L)], longer.Peer.ReadStatistics().Drops);
    }
}
