// RFC 7983 §7 and RFC 9443 §3: the first byte tells what a datagram is, at both ends of every range; RFC 5761 §4 tells RTCP from RTP by the second.
using Parley.Media.Engine;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class DatagramRouterTests
{
    public static TheoryData<int, int, DatagramKind> Ranges => new()
    {
        { 0, 3, DatagramKind.Stun },
        { 4, 15, DatagramKind.Unknown },
        // ZRTP
        { 16, 19, DatagramKind.Unknown },
        { 20, 63, DatagramKind.Dtls },
        { 64, 79, DatagramKind.TurnChannel },
        // QUIC, as is what is beyond RTP
        { 80, 127, DatagramKind.Unknown },
        { 128, 191, DatagramKind.Rtp },
        { 192, 255, DatagramKind.Unknown },
    };

    public static TheoryData<int, int, DatagramKind> SecondBytes => new()
    {
        { 0, 191, DatagramKind.Rtp },
        { 192, 223, DatagramKind.Rtcp },
        { 224, 255, DatagramKind.Rtp },
    };

    [Theory, MemberData(nameof(Ranges))]
    public void The_first_byte_tells_the_protocol(int first, int last, DatagramKind kind)
    {
        for (var value = first; value <= last; value++)
            Assert.Equal((value, kind), (value, DatagramRouter.Classify([(byte)value, 0, 0, 0])));
    }

    [Theory, MemberData(nameof(SecondBytes))]
    public void The_second_byte_tells_RTCP_from_RTP(int first, int last, DatagramKind kind)
    {
        foreach (var version in (byte[])[128, 191])
        {
            for (var value = first; value <= last; value++)
                Assert.Equal((value, kind), (value, DatagramRouter.Classify([version, (byte)value])));
        }
    }

    [Theory, InlineData(0, DatagramKind.Stun), InlineData(20, DatagramKind.Dtls), InlineData(64, DatagramKind.TurnChannel), InlineData(192, DatagramKind.Unknown)]
    public void Of_other_protocols_the_second_byte_tells_nothing(byte first, DatagramKind kind)
    {
        for (var value = 0; value < 256; value++)
            Assert.Equal(kind, DatagramRouter.Classify([first, (byte)value]));
    }

    [Fact]
    public void What_is_too_short_for_any_is_none()
    {
        Assert.Equal(DatagramKind.Unknown, DatagramRouter.Classify([]));
        for (var value = 0; value < 256; value++)
            Assert.Equal(DatagramKind.Unknown, DatagramRouter.Classify([(byte)value]));
    }

    [Theory, InlineData(4), InlineData(19), InlineData(64), InlineData(79), InlineData(80), InlineData(127), InlineData(192), InlineData(255)]
    public void What_is_not_spoken_here_is_dropped_from_a_peer_and_from_a_stranger(byte first)
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        byte[] datagram = [first, 0, 0, 4, 1, 2, 3, 4];
        peer.Send(datagram);
        stage.Send(peer.Path with { Remote = EngineStage.Address(77) }, datagram);
        Assert.Equal((1, 1, 2), (stage.Engine.Drops[DropReason.Malformed], stage.Engine.Drops[DropReason.UnknownAddress], stage.Engine.Drops.Total));
        Assert.Empty(stage.Outbox.Datagrams);
        Assert.True(peer.Peer.IsConnected);
    }
}
