// A publisher's packets at a subscriber: payload untouched, everything of the hop made anew.
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class ForwardingTests
{
    private const uint PublishedSsrc = 1000;
    private static readonly byte[] Mid = "0"u8.ToArray();

    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes128Gcm)]
    [InlineData(SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmHmacSha1Tag80)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.AeadAes256Gcm)]
    public void A_subscriber_gets_the_payload_under_its_own_numbers(SrtpProfile theirs, SrtpProfile ours)
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect(theirs);
        var subscriber = stage.Connect(ours);
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(96)));
        subscriber.Peer.Subscribe(EngineStage.Send("v7", 4711, EngineStage.Video(120)), track);

        for (var i = 0; i < 5; i++)
            publisher.SendRtp(PublishedSsrc, 96, 65_534 + i, [(byte)i, 2, 3], (uint)(90 * i), marker: i == 4, (1, Mid), (4, [0x85]));

        var received = subscriber.TakeRtp();
        Assert.Equal(5, received.Count);
        for (var i = 0; i < 5; i++)
        {
            var packet = received[i];
            Assert.Equal([(byte)i, 2, 3], packet.Payload);
            Assert.Equal((4711u, (byte)120, (uint)(90 * i), i == 4), (packet.Ssrc, packet.PayloadType, packet.Timestamp, packet.Marker));
            Assert.Equal(received[0].Sequence + i, packet.Sequence);
            Assert.Equal("v7"u8.ToArray(), packet.Extensions[1]);
            Assert.Equal([0x85], packet.Extensions[4]);
        }

        Assert.Contains(stage.Outbox.Events, happened => happened is TrackStarted { Mid: "0" });
        Assert.Equal(0, stage.Engine.Drops.Total);
    }

    [Fact]
    public void What_was_here_before_or_was_changed_goes_nowhere()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = Pair(stage);
        var packet = publisher.Rtp(PublishedSsrc, 96, 1, [1, 2, 3], extensions: (1, Mid));
        publisher.Send(packet);
        Assert.Single(subscriber.TakeRtp());
        publisher.Send(packet);
        Assert.Equal(1, stage.Engine.Drops[DropReason.Replayed]);

        var next = publisher.Rtp(PublishedSsrc, 96, 2, [1, 2, 3], extensions: (1, Mid));
        for (var length = 0; length < next.Length; length++)
            publisher.Send(next[..length]);
        for (var bit = 0; bit < next.Length * 8; bit++)
        {
            var changed = next.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit & 7));
            publisher.Send(changed);
        }

        Assert.Empty(subscriber.TakeRtp());
        publisher.Send(next);
        Assert.Equal([1, 2, 3], Assert.Single(subscriber.TakeRtp()).Payload);
    }

    [Fact]
    public void Nothing_is_sent_to_a_peer_without_keys_or_path_and_it_misses_nothing_of_the_sequence()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Add();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 1, EngineStage.Video()), track);
        publisher.SendRtp(PublishedSsrc, 96, 1, [1], extensions: (1, Mid));
        subscriber.Send(subscriber.Check());
        publisher.SendRtp(PublishedSsrc, 96, 2, [2], extensions: (1, Mid));
        Assert.Empty(subscriber.TakeRtp());
        stage.HandShake(subscriber);
        publisher.SendRtp(PublishedSsrc, 96, 3, [3], extensions: (1, Mid));
        publisher.SendRtp(PublishedSsrc, 96, 4, [4], extensions: (1, Mid));
        var received = subscriber.TakeRtp();
        Assert.Equal([3, 4], received.Select(packet => packet.Payload[0]));
        Assert.Equal(received[0].Sequence + 1, received[1].Sequence);
    }

    [Fact]
    public void Padding_does_not_travel_and_leaves_no_gap()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = Pair(stage);
        publisher.SendRtp(PublishedSsrc, 96, 1, [1], extensions: (1, Mid));
        publisher.Send(Padded(publisher, 2, []));
        publisher.Send(Padded(publisher, 3, [3, 3]));
        var received = subscriber.TakeRtp();
        Assert.Equal(2, received.Count);
        Assert.Equal([3, 3], received[1].Payload);
        Assert.Equal(received[0].Sequence + 1, received[1].Sequence);
    }

    [Fact]
    public void A_payload_type_that_one_track_takes_is_enough_and_a_mid_that_is_unknown_is_not()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = Pair(stage);
        publisher.SendRtp(2, 96, 1, [2]);
        Assert.Equal([2], Assert.Single(subscriber.TakeRtp()).Payload);
        publisher.SendRtp(3, 96, 1, [3], extensions: (1, "7"u8.ToArray()));
        publisher.SendRtp(4, 100, 1, [4]);
        stage.Pass(TimeSpan.FromMilliseconds(150));
        Assert.Equal(2, stage.Engine.Drops[DropReason.UnknownStream]);
        Assert.Empty(subscriber.TakeRtp());
    }

    [Fact]
    public void Packets_that_come_before_what_explains_them_are_held_for_a_moment()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var first = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var second = publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), first);
        subscriber.Peer.Subscribe(EngineStage.Send("1", 4712, EngineStage.Video()), second);
        // Two tracks take the payload type: only the mid tells them apart, and it comes in the third packet.
        publisher.SendRtp(5, 96, 1, [1]);
        publisher.SendRtp(5, 96, 2, [2]);
        Assert.Empty(subscriber.TakeRtp());
        publisher.SendRtp(5, 96, 3, [3], extensions: (1, "1"u8.ToArray()));
        Assert.Equal([(4712u, 1), (4712u, 2), (4712u, 3)], subscriber.TakeRtp().Select(packet => (packet.Ssrc, (int)packet.Payload[0])));

        // Media that overtakes its signaling.
        publisher.SendRtp(6, 96, 1, [7], extensions: (1, "2"u8.ToArray()));
        var third = publisher.Peer.AddTrack(EngineStage.Receive("2", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("2", 4713, EngineStage.Video()), third);
        stage.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal((4713u, 7), subscriber.TakeRtp().Select(packet => (packet.Ssrc, (int)packet.Payload[0])).Single());
        Assert.Equal(0, stage.Engine.Drops.Total);
    }

    [Fact]
    public void No_packet_is_held_for_longer_than_a_tenth_of_a_second()
    {
        using var stage = new EngineStage();
        var (publisher, _) = Pair(stage);
        var arrivedUs = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            arrivedUs.Add(stage.NowUs);
            publisher.SendRtp((uint)(10 + i), 96, 1, [3], extensions: (1, "7"u8.ToArray()));
            stage.Pass(TimeSpan.FromMilliseconds(9));
        }

        for (var i = 0; i < 120; i++)
        {
            stage.Pass(TimeSpan.FromMilliseconds(1));
            // The clock of deadlines ticks each millisecond.
            Assert.InRange(stage.Engine.Drops[DropReason.UnknownStream], arrivedUs.Count(us => stage.NowUs - us >= 101_000), arrivedUs.Count(us => stage.NowUs - us >= 100_000));
        }

        Assert.Equal(12, stage.Engine.Drops[DropReason.UnknownStream]);
    }

    [Fact]
    public void A_subscriber_that_does_not_take_the_codec_gets_nothing()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 1, EngineStage.Opus()), track);
        publisher.SendRtp(PublishedSsrc, 96, 1, [1], extensions: (1, Mid));
        Assert.Empty(subscriber.TakeRtp());
    }

    [Fact]
    public void One_SSRC_is_never_used_twice_on_a_transport()
    {
        using var stage = new EngineStage();
        var (_, subscriber) = Pair(stage);
        Assert.Throws<InvalidOperationException>(() => subscriber.Peer.Subscribe(EngineStage.Send("1", 4711, EngineStage.Video())));
        subscriber.Peer.Unsubscribe(subscriber.Peer.Subscriptions[0]);
        Assert.Throws<InvalidOperationException>(() => subscriber.Peer.Subscribe(EngineStage.Send("1", 4711, EngineStage.Video())));
    }

    [Fact]
    public void The_way_of_a_packet_allocates_nothing()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        for (var i = 0; i < 10; i++)
            stage.Connect().Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        var packets = Enumerable.Range(1, 6000).Select(i => publisher.Rtp(PublishedSsrc, 96, i, new byte[1000], extensions: (1, Mid))).ToArray();
        var sink = new ScratchSink(new byte[1600]);
        var now = stage.NowUs;
        Send(0, 2000);
        var next = 2000;
        Assert.Equal(0, Allocations.Of(() => Send(next, next += 1000)));

        void Send(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                stage.Engine.HandleDatagram(ref sink, publisher.PathNumber, packets[i], now += 3000);
                stage.Engine.EndTurn(ref sink, now);
            }
        }
    }

    private static (VirtualPeer Publisher, VirtualPeer Subscriber) Pair(EngineStage stage)
    {
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        return (publisher, subscriber);
    }

    private static byte[] Padded(VirtualPeer publisher, long sequence, byte[] payload)
    {
        var packet = new byte[64];
        packet[0] = 0xA0;
        packet[1] = 96;
        packet[3] = (byte)sequence;
        packet[10] = (byte)(PublishedSsrc >> 8);
        packet[11] = unchecked((byte)PublishedSsrc);
        return packet[..publisher.Sender.ProtectRtp(packet, 12, [.. payload, 0, 0, 3], 0)];
    }

    private readonly struct ScratchSink(byte[] scratch) : IMediaSink
    {
        public Span<byte> Reserve(int path, int size) => scratch;

        public void Commit(int length)
        {
        }

        public void Dtls(PeerId peer, ReadOnlySpan<byte> record)
        {
        }

        public void Raise(MediaEvent happened)
        {
        }
    }
}
