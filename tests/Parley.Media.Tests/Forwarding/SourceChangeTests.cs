// A publisher that changes the SSRC of a layer, or sends two at once: no number ever means two packets to a subscriber. RFC 3711 §9.1.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class SourceChangeTests : IDisposable
{
    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;

    public SourceChangeTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        _subscriber.Peer.Subscribe(EngineStage.Send("0", 7, EngineStage.Video()), track);
    }

    [Theory, InlineData(5), InlineData(1), InlineData(40_000), InlineData(65_530)]
    public void The_newest_source_is_followed_under_new_numbers(int first)
    {
        for (var i = 0; i < 20; i++)
            _publisher.SendRtp(1, 96, 5 + i, [1, (byte)i]);
        for (var i = 0; i < 20; i++)
        {
            _publisher.SendRtp(2, 96, first + i, [2, (byte)i]);
            // The former goes on beside it.
            _publisher.SendRtp(1, 96, 25 + i, [1, (byte)(20 + i)]);
        }

        var received = _subscriber.TakeRtp();
        Assert.Equal([.. Enumerable.Range(0, 20).Select(static i => (1, i)), .. Enumerable.Range(0, 20).Select(static i => (2, i))], received.Select(static packet => ((int)packet.Payload[0], (int)packet.Payload[1])));
        Assert.Equal(40, received.Select(static packet => packet.Sequence).Distinct().Count());
        Assert.Equal(received.Select(static packet => packet.Sequence).Order(), received.Select(static packet => packet.Sequence));
        // No receiver mistakes it for another round of numbers.
        Assert.InRange(received[20].Sequence - received[19].Sequence, 1, 0x7FFF);
    }

    [Fact]
    public void Packets_of_a_new_source_that_were_overtaken_are_no_others()
    {
        _publisher.SendRtp(1, 96, 500, [1]);
        foreach (var sequence in new[] { 300, 299, 298, 301, 297 })
            _publisher.SendRtp(2, 96, sequence, [2, (byte)sequence]);
        var numbers = _subscriber.TakeRtp().ConvertAll(static packet => packet.Sequence);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [Fact]
    public void A_publisher_may_change_as_often_as_it_likes_and_hears_of_the_newest_alone()
    {
        const int changes = 600;
        for (uint ssrc = 1; ssrc <= changes; ssrc++)
        {
            _publisher.SendRtp(ssrc, 96, 100, [(byte)ssrc]);
            _publisher.SendRtp(ssrc, 96, 102, [(byte)ssrc]);
            _publisher.SendRtp(10_000 + ssrc, 97, 1, [0, 101, (byte)ssrc], extensions: (1, "0"u8.ToArray()));
            Assert.All(_subscriber.TakeRtp(), packet => Assert.Equal((byte)ssrc, packet.Payload[0]));
        }

        Assert.Equal(3 * changes, _subscriber.Peer.Subscriptions[0].PacketsSent);
        var former = _publisher.Rtp(changes - 2, 96, 103, [1]);
        _publisher.Send(former);
        _publisher.SendRtp(10_000 + changes - 2, 97, 2, [0, 99, 1], extensions: (1, "0"u8.ToArray()));
        Assert.Empty(_subscriber.TakeRtp());
        Assert.Equal(2, _stage.Engine.Drops[DropReason.UnknownStream]);
        Assert.Equal(2 * changes, _publisher.Peer.ReadStatistics().Layers[0].Packets);
        _publisher.TakeRtcp();
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        var reported = new HashSet<uint>();
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                foreach (var block in ReportBlocks.In(packet))
                    reported.Add(block.Ssrc);
            }
        }

        Assert.Equal([changes - 1, changes, 10_000 + changes - 1, 10_000 + changes], reported.Order().Select(static ssrc => (int)ssrc));
    }

    [Fact]
    public void What_was_recorded_of_a_former_source_takes_nobodys_place_however_long_ago()
    {
        const uint Changes = 600;
        var recorded = _publisher.Rtp(1, 96, 100, [1]);
        _publisher.Send(recorded);
        for (uint ssrc = 2; ssrc <= Changes; ssrc++)
            _publisher.SendRtp(ssrc, 96, 100, [2]);
        _subscriber.TakeRtp();
        _publisher.Send(recorded);
        Assert.Empty(_subscriber.TakeRtp());
        Assert.Equal(1, _stage.Engine.Drops[DropReason.UnknownStream]);
        _publisher.SendRtp(Changes, 96, 101, [3]);
        Assert.Equal([3], Assert.Single(_subscriber.TakeRtp()).Payload);
    }

    [Fact]
    public void So_it_is_after_any_number_of_removed_tracks()
    {
        var recorded = _publisher.Rtp(1, 96, 100, [1]);
        _publisher.Send(recorded);
        for (uint ssrc = 2; ssrc <= FormerStreams.MaxStates + 3; ssrc++)
        {
            _publisher.Peer.RemoveTrack(_publisher.Peer.Tracks[0]);
            _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
            _publisher.SendRtp(ssrc, 96, 100, [2]);
        }

        _subscriber.TakeRtp();
        _subscriber.Peer.Subscriptions[0].Switch(_publisher.Peer.Tracks[0]);
        _publisher.Send(recorded);
        Assert.Empty(_subscriber.TakeRtp());
        _publisher.SendRtp(FormerStreams.MaxStates + 3, 96, 101, [3]);
        Assert.Equal([3], Assert.Single(_subscriber.TakeRtp()).Payload);
    }

    [Fact]
    public void A_publisher_that_has_had_more_sources_than_anybody_needs_keeps_its_last()
    {
        for (uint ssrc = 1; ssrc <= FormerStreams.MaxSsrcs; ssrc++)
        {
            _stage.Outbox.Datagrams.Clear();
            _publisher.SendRtp(ssrc, 96, 100, [1]);
        }

        Assert.Single(_subscriber.TakeRaw());
        _publisher.SendRtp(FormerStreams.MaxSsrcs + 1, 96, 100, [2]);
        Assert.Empty(_subscriber.TakeRaw());
        _publisher.SendRtp(FormerStreams.MaxSsrcs, 96, 101, [3]);
        Assert.Single(_subscriber.TakeRaw());
    }

    [Fact]
    public void Of_sources_that_came_before_the_signaling_the_newest_is_followed()
    {
        var early = _stage.Connect();
        foreach (var (ssrc, number) in new[] { (1u, 100), (2u, 200), (3u, 300), (1u, 101) })
            early.SendRtp(ssrc, 96, number, [(byte)ssrc]);
        var track = early.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        _subscriber.Peer.Subscribe(EngineStage.Send("1", 8, EngineStage.Video()), track);
        _stage.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal([1, 2, 3], _subscriber.TakeRtp().Select(static packet => (int)packet.Payload[0]));
        Assert.Equal(1, _stage.Engine.Drops[DropReason.UnknownStream]);
        early.SendRtp(3, 96, 301, [4]);
        Assert.Equal([4], Assert.Single(_subscriber.TakeRtp()).Payload);
    }

    [Fact]
    public void What_the_new_source_lost_is_asked_for_by_its_own_numbers_and_restored()
    {
        _publisher.SendRtp(1, 96, 500, [1]);
        _publisher.SendRtp(2, 96, 9, [9]);
        _publisher.SendRtp(2, 96, 12, [12]);
        _publisher.TakeRtcp();
        _stage.Pass(TimeSpan.FromMilliseconds(10));
        var asked = new List<(uint, ushort)>();
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (!packet.IsFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack))
                    continue;
                foreach (var number in NackedSequences.In(packet))
                    asked.Add((packet.MediaSsrc, number));
            }
        }

        Assert.Equal([(2u, (ushort)10), (2u, (ushort)11)], asked);
        var original = new byte[3];
        BinaryPrimitives.WriteUInt16BigEndian(original, 10);
        original[2] = 10;
        _publisher.SendRtp(99, 97, 1, original, extensions: (1, "0"u8.ToArray()));
        var received = _subscriber.TakeRtp();
        Assert.Equal([1, 9, 12, 10], received.Select(static packet => (int)packet.Payload[0]));
        Assert.Equal(received[1].Sequence + 1, received[3].Sequence);
    }

    [Fact]
    public void A_source_that_said_goodbye_may_go_on()
    {
        _publisher.SendRtp(1, 96, 5, [1]);
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TryGoodbye(new uint[] { 1 }));
        _publisher.SendRtp(1, 96, 6, [2]);
        var received = _subscriber.TakeRtp();
        Assert.Equal(2, received.Count);
        Assert.Equal(received[0].Sequence + 1, received[1].Sequence);
    }

    [Fact]
    public void A_retransmission_of_what_was_not_sent_yet_takes_no_number_of_the_next_source()
    {
        _publisher.SendRtp(1, 96, 5, [1]);
        _publisher.SendRtp(99, 97, 1, Retransmission(2005, 1));
        for (var i = 0; i < 2100; i++)
            _publisher.SendRtp(2, 96, 1 + i, [2, (byte)i]);
        // One number twice would be one nonce twice.
        var numbers = _subscriber.TakeRaw().ConvertAll(static datagram => BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2)));
        Assert.Equal((2101, 2101), (numbers.Count, numbers.Distinct().Count()));
    }

    [Fact]
    public void A_retransmission_is_of_the_source_that_it_repaired_before_and_of_no_later_one()
    {
        foreach (var sequence in new[] { 500, 502, 503 })
            _publisher.SendRtp(1, 96, sequence, [1]);
        _publisher.SendRtp(99, 97, 1, Retransmission(501, 11));
        foreach (var sequence in new[] { 600, 601, 603 })
            _publisher.SendRtp(2, 96, sequence, [2]);
        // The former's packet 602 is not the present one's.
        _publisher.SendRtp(99, 97, 2, Retransmission(602, 66));
        _publisher.SendRtp(2, 96, 602, [22]);
        // The present one has a stream for that of its own.
        _publisher.SendRtp(2, 96, 605, [2]);
        _publisher.SendRtp(98, 97, 1, Retransmission(604, 23));
        Assert.Equal([1, 1, 1, 11, 2, 2, 2, 22, 2, 23], _subscriber.TakeRtp().Select(static packet => (int)packet.Payload[0]));
    }

    [Fact]
    public void A_retransmission_stream_that_was_never_needed_is_of_the_source_it_came_with()
    {
        _publisher.SendRtp(1, 96, 500, [1]);
        // The peer tries out what the way carries, with what has come already.
        _publisher.SendRtp(99, 97, 1, Retransmission(500, 1));
        _publisher.SendRtp(2, 96, 600, [2]);
        _publisher.SendRtp(2, 96, 602, [2]);
        _publisher.SendRtp(99, 97, 2, Retransmission(601, 66));
        _publisher.SendRtp(2, 96, 601, [22]);
        Assert.Equal([1, 2, 2, 22], _subscriber.TakeRtp().Select(static packet => (int)packet.Payload[0]));
    }

    [Fact]
    public void A_publisher_whose_packets_are_never_lost_may_change_as_often()
    {
        const uint Changes = 600;
        for (uint ssrc = 1; ssrc <= Changes; ssrc++)
        {
            _publisher.SendRtp(ssrc, 96, 100, [1]);
            _publisher.SendRtp(10_000 + ssrc, 97, 1, Retransmission(100, 1));
            _publisher.SendRtp(ssrc, 96, 101, [1]);
            Assert.Equal(2, _subscriber.TakeRtp().Count);
        }

        Assert.Equal(Changes, (uint)_stage.Engine.Drops[DropReason.Redundant]);
    }

    [Fact]
    public void The_clock_is_that_of_the_present_source()
    {
        const ulong Noon = 3_900_000_000UL << 32;
        _publisher.SendRtp(1, 96, 500, [1], timestamp: 70_000);
        Report(1, 70_000);
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.All(Reported(), timestamp => Assert.InRange(timestamp, 70_000u, 300_000u));

        // Nothing is known of a new one before it has reported.
        _publisher.SendRtp(2, 96, 9, [2], timestamp: 5_000_000);
        _stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(Reported());
        Report(1, 500_000);
        _stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(Reported());

        Report(2, 5_900_000);
        _stage.Pass(TimeSpan.FromSeconds(5));
        Report(1, 1_000_000);
        _stage.Pass(TimeSpan.FromSeconds(5));
        var reported = Reported();
        Assert.NotEmpty(reported);
        // The new source's first packet was sent two seconds after the former's, as 250,000.
        Assert.All(reported, timestamp => Assert.InRange(timestamp, 250_000u + 900_000u, 250_000u + 900_000u + 10 * 90_000u));

        void Report(uint ssrc, uint timestamp) =>
            _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(ssrc, Noon, timestamp, 1, 1), []));
    }

    [Fact]
    public void A_keyframe_that_is_overtaken_at_the_change_is_whole()
    {
        var other = _stage.Connect();
        var track = other.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")));
        _subscriber.Peer.Subscribe(EngineStage.Send("1", 8, EngineStage.Video(name: "VP8")), track);
        other.SendRtp(1, 96, 500, [0x10, 0, 1], timestamp: 3000);
        foreach (var number in new[] { 301, 302, 300, 303 })
            other.SendRtp(2, 96, number, [(byte)(number == 300 ? 0x10 : 0), 0, (byte)(number - 250)], timestamp: 6000);
        var received = _subscriber.TakeRtp();
        Assert.Equal([1, 51, 52, 50, 53], received.Select(static packet => (int)packet.Payload[2]));
        Assert.InRange(received[3].Sequence - received[0].Sequence, 1, 8);
        Assert.Equal([1, 2, 0, 3], received.Skip(1).Select(packet => packet.Sequence - received[3].Sequence));
        Assert.Single(received.Skip(1).Select(static packet => packet.Timestamp).Distinct());
    }

    [Fact]
    public void What_was_sent_before_any_number_of_changes_is_sent_again_as_it_was_or_not_at_all()
    {
        const int Changes = 0xFFFC;
        const int Before = Changes - 100;
        var subscription = _subscriber.Peer.Subscriptions[0];
        for (var i = 1; i <= Before; i++)
        {
            _stage.Outbox.Datagrams.Clear();
            _publisher.SendRtp(1, 96, i, [1]);
        }

        var sent = Assert.Single(_subscriber.TakeRaw());
        subscription.Pause();
        var other = _stage.Connect();
        var track = other.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        for (var i = 1; i <= Changes; i++)
        {
            subscription.Switch(track);
            other.SendRtp(2, 96, i, [2]);
        }

        _stage.Pass(TimeSpan.FromMilliseconds(20));
        _subscriber.TakeRaw();
        _subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 7, new[] { BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(2)) }));
        Assert.All(_subscriber.TakeRaw(), again => Assert.Equal(sent, again));
    }

    [Fact]
    public void What_was_recorded_before_a_track_was_removed_is_nothing_new_to_the_next_one()
    {
        byte[][] recorded = [.. Enumerable.Range(0, 3).Select(i => _publisher.Rtp(1, 96, 500 + i, [1, (byte)i]))];
        foreach (var datagram in recorded)
            _publisher.Send(datagram);
        _subscriber.TakeRtp();
        _publisher.Peer.RemoveTrack(_publisher.Peer.Tracks[0]);
        _subscriber.Peer.Subscriptions[0].Switch(_publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video())));
        foreach (var datagram in recorded)
            _publisher.Send(datagram);
        Assert.Empty(_subscriber.TakeRtp());
        Assert.Equal(3, _stage.Engine.Drops[DropReason.Replayed]);
        _publisher.SendRtp(1, 96, 503, [1, 3]);
        Assert.Equal([1, 3], Assert.Single(_subscriber.TakeRtp()).Payload);
    }

    public void Dispose() => _stage.Dispose();

    private static byte[] Retransmission(int original, byte payload)
    {
        byte[] bytes = [0, 0, payload];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)original);
        return bytes;
    }

    private List<uint> Reported()
    {
        var reported = new List<uint>();
        foreach (var compound in _subscriber.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (SenderInformation.TryRead(packet, out var information))
                    reported.Add(information.Timestamp);
            }
        }

        return reported;
    }
}
