// Where a subscriber is let in: at a keyframe where one can be seen, and blindly where none can, for what is encrypted from end to end shows none.
using System.Globalization;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class BeginningTests : IDisposable
{
    private const uint Ssrc = 1000;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(40);

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private MediaTrack? _track;
    private long _sequence = 100;

    public BeginningTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
    }

    /// <summary>Codec, a frame that is no keyframe, a keyframe.</summary>
    public static TheoryData<string, string, string> Clear => new()
    {
        { "VP8", "10 B1 02 00 55", "10 50 02 00 9D 01 2A 40 01 F0 00" },
        { "H264", "41 9A 02 00", "67 42 C0 1F" },
        // A fragment, and a picture in slices behind a delimiter.
        { "H264", "5C 81 9A 02", "18 00 04 67 42 C0 1F 00 02 68 CE" },
        { "H264", "18 00 02 09 F0 00 03 41 9A 02", "7C 85 88 84" },
    };

    /// <summary>The same codecs, encrypted from end to end: the payload is noise, of a kind that is no keyframe by chance.</summary>
    public static TheoryData<string, string> Encrypted => new()
    {
        { "VP8", "10 BF 9B 30 55" },
        { "H264", "C1 9A 02 00|96 00 11|1F 21 22" },
        { "AV1", "97 31 54 81" },
    };

    [Theory, MemberData(nameof(Clear))]
    public void Where_a_keyframe_would_be_seen_it_is_waited_for_and_asked_for(string codec, string frame, string keyframe)
    {
        Begin(codec);
        Send(frame, TimeSpan.FromSeconds(2));
        Subscribe(codec);
        var asked = Send(frame, TimeSpan.FromSeconds(10));
        Assert.Empty(_subscriber.TakeRtp());
        // Every half second.
        Assert.InRange(asked, 18, 21);

        Send(keyframe, FrameTime);
        Send(frame, FrameTime);
        Assert.Equal(2, _subscriber.TakeRtp().Count);
    }

    [Theory, MemberData(nameof(Clear))]
    public void So_it_is_in_a_stream_that_is_watched_from_its_first_packet_on(string codec, string frame, string keyframe)
    {
        Begin(codec);
        Subscribe(codec);
        Send(frame, TimeSpan.FromSeconds(4));
        Assert.Empty(_subscriber.TakeRtp());
        Send(keyframe, FrameTime);
        Assert.Single(_subscriber.TakeRtp());
    }

    [Theory, MemberData(nameof(Encrypted))]
    public void What_is_encrypted_from_end_to_end_begins_after_a_while(string codec, string frames)
    {
        Begin(codec);
        Send(frames, TimeSpan.FromSeconds(2));
        Subscribe(codec);
        Send(frames, TimeSpan.FromSeconds(2.5));
        Assert.Empty(_subscriber.TakeRtp());
        Send(frames, TimeSpan.FromSeconds(1));
        Assert.NotEmpty(_subscriber.TakeRtp());
        Assert.Empty(_stage.Outbox.Events.OfType<KeyframeMissing>());
    }

    [Fact]
    public void A_publisher_that_turns_encryption_on_is_noticed()
    {
        Begin("VP8");
        Send("10 50 02 00 9D 01 2A 40 01 F0 00", FrameTime);
        Send("10 B1 02 00 55", TimeSpan.FromSeconds(2));
        Send("10 BF 9B 30 55", TimeSpan.FromSeconds(2));
        Subscribe("VP8");
        Send("10 BF 9B 30 55", TimeSpan.FromSeconds(4));
        Assert.NotEmpty(_subscriber.TakeRtp());
    }

    [Fact]
    public void For_whom_nothing_can_be_sent_to_no_keyframe_is_asked_for()
    {
        const string frame = "10 B1 02 00 55";
        Begin("VP8");
        Send(frame, TimeSpan.FromSeconds(1));
        var joining = _stage.Add();
        joining.Peer.Subscribe(EngineStage.Send("v", 4711, EngineStage.Video(name: "VP8")), _track);
        Assert.Equal(0, Send(frame, TimeSpan.FromSeconds(10)));
        // As soon as it can be sent to, and once.
        joining.Send(joining.Check());
        Assert.Equal(0, Send(frame, TimeSpan.FromSeconds(0.4)));
        _stage.HandShake(joining);
        Assert.Equal(1, Send(frame, TimeSpan.FromSeconds(0.4)));
        Assert.Empty(Told());
        Send("10 50 02 00 9D 01 2A 40 01 F0 00", FrameTime);
        Send(frame, FrameTime);
        Assert.Equal(2, joining.TakeRtp().Count);
    }

    [Fact]
    public void While_it_is_paused_no_keyframe_is_asked_for()
    {
        const string frame = "10 B1 02 00 55";
        Begin("VP8");
        Send(frame, TimeSpan.FromSeconds(1));
        Subscribe("VP8");
        Assert.Equal(1, Send(frame, TimeSpan.FromSeconds(0.4)));
        _subscriber.Peer.Subscriptions[0].Pause();
        // What was on its way.
        Assert.InRange(Send(frame, TimeSpan.FromSeconds(0.4)), 0, 1);
        Assert.Equal(0, Send(frame, TimeSpan.FromSeconds(10)));
        _subscriber.Peer.Subscriptions[0].Resume();
        Assert.Equal(1, Send(frame, TimeSpan.FromSeconds(0.4)));
    }

    [Fact]
    public void A_keyframe_that_does_not_come_is_told_once_with_who_was_asked_how_often()
    {
        Begin("VP8");
        var frame = "10 B1 02 00 55";
        Send(frame, TimeSpan.FromSeconds(1));
        Subscribe("VP8");
        Send(frame, TimeSpan.FromSeconds(4.9));
        Assert.Empty(Told());
        Send(frame, TimeSpan.FromSeconds(30));
        var told = Assert.Single(Told());
        Assert.Equal((_subscriber.Peer.Id, "v", _publisher.Peer.Id, "0", null), (told.Peer, told.Mid, told.Publisher, told.Track, told.Rid));
        Assert.InRange(told.WaitedUs, 5_000_000, 5_300_000);
        Assert.InRange(told.Requests, 9, 11);
    }

    [Fact]
    public void Nobody_is_blamed_while_nothing_is_sent_at_all()
    {
        Begin("VP8");
        Subscribe("VP8");
        _stage.Pass(TimeSpan.FromSeconds(20));
        Assert.Empty(Told());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_keyframe_whose_first_packet_is_repaired_is_whole_and_so_is_what_follows_it(bool isSwitch)
    {
        Begin("VP8");
        Send("10 B1 02 00 55", FrameTime);
        if (isSwitch)
        {
            var other = _stage.Connect();
            var read = other.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")));
            _subscriber.Peer.Subscribe(EngineStage.Send("v", 4711, EngineStage.Video(name: "VP8")), read);
            other.SendRtp(5, 96, 7, Bytes("10 50 02 00 9D 01 2A 40 01 F0 07"));
            _subscriber.Peer.Subscriptions[0].Switch(_track);
        }
        else
        {
            Subscribe("VP8");
        }

        var before = _subscriber.TakeRtp();
        // The keyframe is of the packets 1 to 3, the next picture of 4 and 5.
        foreach (var number in new[] { 2, 3, 5, 4 })
            Packet(number, $"00 00 00 00 0{number}");
        Assert.Empty(_subscriber.TakeRtp());
        Repair(1, "10 50 02 00 9D 01 2A 40 01 F0 01");
        Packet(6, "10 B1 02 00 06");
        var received = _subscriber.TakeRtp();
        Assert.Equal([1, 2, 3, 5, 4, 6], received.Select(static packet => (int)packet.Payload[^1]));
        var first = before.Count == 0 ? received[0].Sequence : before[0].Sequence + 1;
        Assert.Equal([0, 1, 2, 4, 3, 5], received.Select(packet => packet.Sequence - first));

        _stage.Pass(TimeSpan.FromMilliseconds(20));
        foreach (var packet in received)
            _subscriber.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 4711, new[] { (ushort)packet.Sequence }));
        Assert.Equal(6, _subscriber.TakeRaw().Count);
    }

    [Fact]
    public void Parameter_sets_that_were_overtaken_by_their_picture_go_before_it()
    {
        Begin("H264");
        Send("41 9A 02 00", FrameTime);
        Subscribe("H264");
        Packet(2, "68 CE 00 02");
        Packet(3, "65 88 84 03");
        Packet(4, "65 08 84 04");
        Assert.Empty(_subscriber.TakeRtp());
        _stage.Pass(TimeSpan.FromMilliseconds(50));
        Repair(1, "67 42 C0 01");
        Packet(5, "41 9A 02 05");
        var received = _subscriber.TakeRtp();
        Assert.Equal([1, 2, 3, 4, 5], received.Select(static packet => (int)packet.Payload[3]));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => received[0].Sequence + i), received.Select(static packet => packet.Sequence));
    }

    [Fact]
    public void Parameter_sets_that_came_before_the_subscriber_go_before_the_picture()
    {
        Begin("H264");
        Send("41 9A 02 00", FrameTime);
        Packet(1, "67 42 C0 01");
        Packet(2, "68 CE 00 02");
        Subscribe("H264");
        Packet(3, "65 88 84 03");
        Assert.Equal([1, 2, 3], _subscriber.TakeRtp().Select(static packet => (int)packet.Payload[3]));
    }

    [Fact]
    public void Parameter_sets_are_looked_for_among_what_came_in_the_time_of_a_repair()
    {
        Begin("H264");
        Send("41 9A 02 00", FrameTime);
        Packet(1, "67 42 C0 01");
        // The picture's first packet is missed, and comes when hundreds have overtaken it.
        for (var number = 3; number < 203; number++)
            _publisher.SendRtp(Ssrc, 96, _sequence - 1 + number, Bytes("7C 05 00 03"), Timestamp(1));
        Subscribe("H264");
        Repair(2, "7C 85 88 02");
        Assert.Empty(_subscriber.TakeRtp());
        _stage.Pass(TimeSpan.FromMilliseconds(100));
        Packet(203, "41 9A 02 04");
        var received = _subscriber.TakeRtp();
        Assert.Equal((2, 202), (received[0].Payload[3], received.Count));
    }

    [Fact]
    public void Parameter_sets_that_do_not_come_are_not_waited_for_for_long()
    {
        Begin("H264");
        Send("41 9A 02 00", FrameTime);
        Subscribe("H264");
        Packet(2, "68 CE 00 02");
        Packet(3, "65 88 84 03");
        _stage.Pass(TimeSpan.FromMilliseconds(100));
        Packet(4, "41 9A 02 04");
        Packet(1, "67 42 C0 01");
        Assert.Equal([2, 3, 4], _subscriber.TakeRtp().Select(static packet => (int)packet.Payload[3]));
    }

    public void Dispose() => _stage.Dispose();

    private static byte[] Bytes(string hex) => [.. hex.Split(' ').Select(static value => byte.Parse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    /// <summary>A packet so far behind those that were sent one after the other; the first four are of one picture.</summary>
    private void Packet(int number, string payload) => _publisher.SendRtp(Ssrc, 96, _sequence - 1 + number, Bytes(payload), Timestamp(number));

    /// <summary>The same as a retransmission.</summary>
    private void Repair(int number, string payload)
    {
        var original = _sequence - 1 + number;
        _publisher.SendRtp(Ssrc + 1, 97, number, [(byte)(original >> 8), (byte)original, .. Bytes(payload)], Timestamp(number), false, (1, "0"u8.ToArray()));
    }

    private uint Timestamp(int number) => (uint)((_sequence + (number > 4 ? 1 : 0)) * 3600);

    private IEnumerable<KeyframeMissing> Told() => _stage.Outbox.Events.OfType<KeyframeMissing>();

    private void Begin(string codec) => _track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: codec)));

    private void Subscribe(string codec) => _subscriber.Peer.Subscribe(EngineStage.Send("v", 4711, EngineStage.Video(name: codec)), _track);

    /// <summary>Sends frames, which a bar parts, one after the other for so long. Returns how often a keyframe was asked for.</summary>
    private int Send(string frames, TimeSpan time)
    {
        var payloads = frames.Split('|').Select(Bytes).ToList();
        var asked = 0;
        var end = _stage.NowUs + (long)time.TotalMicroseconds;
        for (var i = 0; _stage.NowUs < end; i++)
        {
            _publisher.SendRtp(Ssrc, 96, _sequence, payloads[i % payloads.Count], (uint)(_sequence++ * 3600), marker: true);
            _stage.Pass(FrameTime);
            asked += Asked();
            if (i % 25 == 0)
                _subscriber.Send(_subscriber.Check());
        }

        return asked;
    }

    private int Asked()
    {
        var asked = 0;
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
                asked += packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) ? 1 : 0;
        }

        return asked;
    }
}
