// A publisher that changes the SSRC of a layer, or sends two at once: no number ever means two packets to a subscriber. RFC 3711 §9.1.
using System.Buffers.Binary;
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

    public void Dispose() => _stage.Dispose();
}
