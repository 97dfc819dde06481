// Lost packets: asked for from the publisher, given again to subscribers, and mended by a keyframe when nothing else helps.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class RepairTests
{
    [Fact]
    public void A_subscriber_with_a_stream_for_it_gets_what_it_misses_there()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, _) = Pair(stage, retransmission: 5000);
        for (var i = 1; i <= 5; i++)
            publisher.SendRtp(1, 96, i, [(byte)i, 9, 9], (uint)i * 3000);
        var received = subscriber.TakeRtp();
        stage.Pass(TimeSpan.FromMilliseconds(20));
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, new[] { (ushort)received[1].Sequence, (ushort)received[3].Sequence }));
        var again = subscriber.TakeRtp();
        Assert.Equal([(5000u, (byte)97), (5000u, (byte)97)], again.Select(packet => (packet.Ssrc, packet.PayloadType)));
        Assert.Equal(again[0].Sequence + 1, again[1].Sequence);
        Assert.Equal((ushort)received[3].Sequence, BinaryPrimitives.ReadUInt16BigEndian(again[1].Payload));
        Assert.Equal([4, 9, 9], again[1].Payload[2..]);
        Assert.Equal(4u * 3000, again[1].Timestamp);
    }

    [Fact]
    public void A_subscriber_without_one_gets_the_very_same_bytes()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, _) = Pair(stage);
        for (var i = 1; i <= 3; i++)
            publisher.SendRtp(1, 96, i, [(byte)i, 9, 9]);
        var first = subscriber.TakeRaw();
        stage.Pass(TimeSpan.FromSeconds(0.5));
        // The mid is not sent any more once the subscriber has reported; what is sent again has it all the same.
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.TryReceiverReport(1, new[] { new ReportBlock(4711, 0, 0, 0, 0, 0, 0) }));
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, new[] { BinaryPrimitives.ReadUInt16BigEndian(first[1].AsSpan(2)) }));
        Assert.Equal(first[1], Assert.Single(subscriber.TakeRaw()));
    }

    [Fact]
    public void What_would_become_other_bytes_is_not_sent_again()
    {
        using var stage = new EngineStage();
        var first = stage.Connect();
        var second = stage.Connect();
        var subscriber = stage.Connect();
        // Within redundant sound the payload types are the publisher's own: those of the second would be written over the first's.
        var one = first.Peer.AddTrack(EngineStage.Receive("0", Redundant(63), EngineStage.Opus(111)));
        var other = second.Peer.AddTrack(EngineStage.Receive("0", Redundant(63), EngineStage.Opus(109)));
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, Redundant(120), EngineStage.Opus(100)), one);
        first.SendRtp(1, 63, 1, [0x80 | 111, 0, 0, 1, 111, 7, 8], 960);
        var sent = Assert.Single(subscriber.TakeRaw());
        stage.Pass(TimeSpan.FromMilliseconds(20));
        Ask();
        Assert.Equal(sent, Assert.Single(subscriber.TakeRaw()));

        subscription.Switch(other);
        second.SendRtp(1, 63, 1, [0x80 | 109, 0, 0, 1, 109, 7, 8], 960);
        Assert.Equal(100, Assert.Single(subscriber.TakeRtp()).Payload[4]);
        stage.Pass(TimeSpan.FromMilliseconds(20));
        Ask();
        Assert.Empty(subscriber.TakeRtp());
        Assert.Equal(1, subscription.RepeatsRefused);

        void Ask() => subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, new[] { BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(2)) }));
        static CodecParameters Redundant(byte type) => new() { PayloadType = type, Name = "red", ClockRate = 48_000, Channels = 2, Feedback = ["nack"] };
    }

    [Fact]
    public void Redundant_sound_goes_without_its_redundancy_to_who_takes_none()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var red = new CodecParameters { PayloadType = 63, Name = "red", ClockRate = 48_000, Channels = 2, Format = "111/111", Feedback = ["nack"] };
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", red, EngineStage.Opus(111)));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Opus(100)), track);
        publisher.SendRtp(1, 63, 1, [0x80 | 111, 0, 0, 2, 111, 7, 7, 8, 9], 960);
        // Cut off: nothing can be told from it.
        publisher.SendRtp(1, 63, 2, [0x80 | 111, 0, 0, 9, 111, 7], 1920);
        publisher.SendRtp(1, 111, 3, [4, 5], 2880);
        var received = subscriber.TakeRtp();
        Assert.Equal(["0809", "", "0405"], received.Select(packet => Convert.ToHexString(packet.Payload)));
        Assert.All(received, packet => Assert.Equal(100, packet.PayloadType));
    }

    [Fact]
    public void Retransmissions_mend_what_is_missing_and_are_nothing_new_where_nothing_is()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(rtx: 97)));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        foreach (var i in new[] { 1, 2, 4 })
            publisher.SendRtp(1, 96, i, [(byte)i, 9, 9]);
        // Browsers fill probes with packets that they sent a moment ago.
        publisher.SendRtp(2, 97, 1, [0, 2, 2, 9, 9]);
        publisher.SendRtp(2, 97, 2, [0, 3, 3, 9, 9]);
        publisher.SendRtp(2, 97, 3, [0, 3, 3, 9, 9]);
        Assert.Equal([1, 2, 4, 3], subscriber.TakeRtp().Select(packet => (int)packet.Payload[0]));
        Assert.Equal((2, 2), (stage.Engine.Drops[DropReason.Redundant], stage.Engine.Drops.Total));
    }

    [Fact]
    public void Requests_are_answered_within_reason()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, subscription) = Pair(stage, retransmission: 5000);
        for (var i = 1; i <= 600; i++)
            publisher.SendRtp(1, 96, i, [1]);
        var received = subscriber.TakeRtp();
        var last = (ushort)received[^1].Sequence;
        var tooOld = (ushort)received[0].Sequence;
        var never = (ushort)(last + 1);
        Ask(last, tooOld, never);
        Assert.Empty(subscriber.TakeRtp());
        Assert.Equal(3, subscription.RepeatsRefused);
        for (var i = 0; i < 50; i++)
        {
            stage.Pass(TimeSpan.FromMilliseconds(11));
            Ask(last);
        }

        Assert.Equal(10, subscriber.TakeRtp().Count);

        void Ask(params ushort[] numbers) => subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, numbers));
    }

    [Theory, InlineData(null), InlineData(5000u)]
    public void What_was_never_sent_cannot_be_sent_again(uint? retransmission)
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, subscription) = Pair(stage, retransmission);
        publisher.SendRtp(1, 96, 1, [1]);
        var first = (ushort)Assert.Single(subscriber.TakeRtp()).Sequence;
        stage.Pass(TimeSpan.FromMilliseconds(20));
        // Before the first number, and before any at all.
        ushort[] numbers = [(ushort)(first - 1), ushort.MaxValue, ushort.MaxValue - 255, (ushort)(first + 1)];
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, numbers));
        Assert.Empty(subscriber.TakeRaw());
        Assert.Equal(4, subscription.RepeatsRefused);
    }

    [Fact]
    public void What_the_publisher_lost_is_asked_for_and_takes_its_place()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, _) = Pair(stage);
        publisher.SendRtp(1, 96, 1, [1]);
        publisher.SendRtp(1, 96, 4, [4]);
        publisher.TakeRtcp();
        stage.Pass(TimeSpan.FromMilliseconds(7));
        Assert.Equal([2, 3], Nacked(publisher));
        publisher.SendRtp(77, 97, 1, [0, 3, 3]);
        stage.Pass(TimeSpan.FromMilliseconds(50));
        Assert.Equal([2], Nacked(publisher));
        publisher.SendRtp(1, 96, 2, [2]);
        stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(Nacked(publisher));
        var received = subscriber.TakeRtp();
        Assert.Equal([1, 4, 3, 2], received.Select(packet => packet.Payload[0]));
        Assert.Equal([0, 3, 2, 1], received.Select(packet => packet.Sequence - received[0].Sequence));
        // Whatever comes twice, by either way, counts once.
        publisher.SendRtp(77, 97, 2, [0, 3, 3]);
        publisher.SendRtp(77, 97, 3, [0, 4, 4]);
        Assert.Empty(subscriber.TakeRtp());
    }

    [Fact]
    public void What_never_comes_is_given_up_and_a_keyframe_asked_for()
    {
        using var stage = new EngineStage();
        var (publisher, _, _) = Pair(stage);
        publisher.SendRtp(1, 96, 1, [1]);
        stage.Pass(TimeSpan.FromSeconds(2));
        publisher.SendRtp(1, 96, 3, [3]);
        publisher.TakeRtcp();
        stage.Pass(TimeSpan.FromSeconds(5));
        var compounds = publisher.TakeRtcp();
        Assert.Equal(8, Nacked(compounds).Count);
        Assert.Equal(1, PictureLosses(compounds));
        publisher.SendRtp(1, 96, 3 + MissingCount, [3]);
        stage.Pass(TimeSpan.FromMilliseconds(10));
        Assert.Equal(1, PictureLosses(publisher.TakeRtcp()));
    }

    [Fact]
    public void Keyframe_requests_close_to_each_other_become_one()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        publisher.SendRtp(1, 96, 1, [1]);
        var subscribers = Enumerable.Range(0, 10).Select(_ => stage.Connect()).ToList();
        foreach (var subscriber in subscribers)
            subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        stage.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, PictureLosses(publisher.TakeRtcp()));
        publisher.SendRtp(1, 96, 2, [2]);
        foreach (var subscriber in subscribers)
            subscriber.SendRtcp((ref RtcpWriter writer) => writer.TryPictureLoss(1, 4711));
        stage.Pass(TimeSpan.FromMilliseconds(490));
        Assert.Equal(0, PictureLosses(publisher.TakeRtcp()));
        stage.Pass(TimeSpan.FromMilliseconds(10));
        Assert.Equal(1, PictureLosses(publisher.TakeRtcp()));
        subscribers[0].SendRtcp((ref RtcpWriter writer) => writer.TryFullIntraRequest(1, new IntraRequest(4711, 1)));
        stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(1, PictureLosses(publisher.TakeRtcp()));
    }

    [Fact]
    public void A_keyframe_that_does_not_come_is_asked_for_again()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", vp8));
        publisher.SendRtp(1, 96, 1, Frame(1, isKeyframe: false));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, vp8), track);
        for (var i = 2; i <= 20; i++)
        {
            publisher.SendRtp(1, 96, i, Frame(i, isKeyframe: false));
            stage.Pass(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(4, PictureLosses(publisher.TakeRtcp()));
        Assert.Empty(subscriber.TakeRtp());
        publisher.SendRtp(1, 96, 21, Frame(21, isKeyframe: true));
        publisher.SendRtp(1, 96, 22, Frame(22, isKeyframe: false));
        stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([21, 22], subscriber.TakeRtp().Select(packet => (int)packet.Payload[2]));
        Assert.Equal(0, PictureLosses(publisher.TakeRtcp()));
    }

    [Fact]
    public void Where_nothing_shows_a_keyframe_any_packet_will_do_in_the_end()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, vp8), publisher.Peer.AddTrack(EngineStage.Receive("0", vp8)));
        for (var i = 1; i <= 40; i++)
        {
            publisher.SendRtp(1, 96, i, [(byte)i]);
            stage.Pass(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(subscriber.TakeRtp().Count, 8, 12);
    }

    [Fact]
    public void Numbers_from_before_the_first_bring_nothing()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber, subscription) = Pair(stage);
        publisher.SendRtp(1, 96, 1, [1]);
        Assert.Single(subscriber.TakeRtp());
        stage.Pass(TimeSpan.FromSeconds(1));
        ushort[] numbers = [.. Enumerable.Range(0, 0x8000).Select(static number => (ushort)~number)];
        foreach (var some in numbers.Chunk(300))
            subscriber.SendRtcp((ref RtcpWriter writer) => Assert.Equal(some.Length, writer.Nack(1, 4711, some)));
        Assert.Empty(subscriber.TakeRaw());
        Assert.Equal(numbers.Length, subscription.RepeatsRefused);
    }

    /// <summary>A VP8 packet with a 7-bit picture id, which begins a frame.</summary>
    private static byte[] Frame(int picture, bool isKeyframe) => [0x90, 0x80, (byte)picture, (byte)(isKeyframe ? 0 : 1), 9, 9];

    private const int MissingCount = Parley.Media.Receive.MissingPackets.MaxMissing + 2;

    private static (VirtualPeer Publisher, VirtualPeer Subscriber, Subscription Subscription) Pair(EngineStage stage, uint? retransmission = null)
    {
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var parameters = EngineStage.Send("0", 4711, EngineStage.Video(rtx: retransmission is null ? null : (byte)97)) with { RetransmissionSsrc = retransmission };
        return (publisher, subscriber, subscriber.Peer.Subscribe(parameters, track));
    }

    private static List<int> Nacked(VirtualPeer peer) => Nacked(peer.TakeRtcp());

    private static List<int> Nacked(List<byte[]> compounds)
    {
        var numbers = new List<int>();
        foreach (var compound in compounds)
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                foreach (var number in NackedSequences.In(packet))
                    numbers.Add(number);
            }
        }

        return numbers;
    }

    private static int PictureLosses(List<byte[]> compounds)
    {
        var count = 0;
        foreach (var compound in compounds)
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss))
                    count++;
            }
        }

        return count;
    }
}
