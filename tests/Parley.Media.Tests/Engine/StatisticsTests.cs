// What operators read of a peer: counted where it happens, and the sum of all peers beside it.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class StatisticsTests
{
    private static readonly byte[] Keyframe = [0x10, 0x50, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00];
    private static readonly byte[] Frame = [0x10, 0xB1, 0x02, 0x00, 0x55];

    [Fact]
    public void A_publisher_and_its_subscriber_are_told_with_losses_requests_and_drops()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", vp8));
        subscriber.Peer.Subscribe(EngineStage.Send("v", 4711, vp8), track);

        publisher.SendRtp(1, 96, 1, Keyframe);
        for (var i = 2; i <= 20; i++)
        {
            // One is lost, and never comes.
            if (i != 7)
                publisher.SendRtp(1, 96, i, Frame, (uint)(i * 3600));
            stage.Pass(TimeSpan.FromMilliseconds(40));
        }

        publisher.SendRtp(1, 96, 20, Frame);
        stage.Pass(TimeSpan.FromSeconds(3));
        var received = subscriber.TakeRtp();
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, 99UL << 40, 1, 1, 1), []));
        stage.Pass(TimeSpan.FromSeconds(1));
        var report = Report(subscriber);
        stage.Pass(TimeSpan.FromMilliseconds(80));
        subscriber.SendRtcp((ref RtcpWriter writer) =>
        {
            writer.TryReceiverReport(1, [new ReportBlock(4711, 64, 3, 0, 0, report.MiddleOfNtp, 0)]);
            writer.Nack(1, 4711, new[] { (ushort)received[^1].Sequence, (ushort)(received[^1].Sequence + 5) });
            writer.TryPictureLoss(1, 4711);
        });

        var layer = Assert.Single(publisher.Peer.ReadStatistics().Layers);
        Assert.Equal(("0", null, 19L, 18 * 5L + 11), (layer.Mid, layer.Rid, layer.Packets, layer.Bytes));
        Assert.Equal((1L, 8L, 1), (layer.PacketsLost, layer.PacketsRequested, layer.Readers));
        Assert.False(layer.IsAlive);
        Assert.InRange(layer.KeyframeAgeUs, 4_000_000, 6_000_000);
        Assert.Equal([(DropReason.Replayed, 1L)], publisher.Peer.ReadStatistics().Drops);

        var statistics = subscriber.Peer.ReadStatistics();
        Assert.Equal((subscriber.Peer.Id, true, subscriber.Path), (statistics.Peer, statistics.IsConnected, statistics.Path!.Value));
        Assert.Empty(statistics.Drops);
        Assert.InRange(statistics.RoundTripUs, 80_000, 1_200_000);
        var subscription = Assert.Single(statistics.Subscriptions);
        Assert.Equal(("v", publisher.Peer.Id, 0, 19L), (subscription.Mid, subscription.Publisher!.Value, subscription.Layer, subscription.Packets));
        Assert.Equal((3L, 0.25, 1L, 1L, 1L), (subscription.PacketsLost, subscription.LossRate, subscription.PacketsRepeated, subscription.RepeatsRefused, subscription.KeyframesAsked));

        var all = stage.Engine.Repairs;
        Assert.Equal((1L, 8L, 3L, 1L, 1L, 1L), (all.PacketsLost, all.PacketsRequested, all.PacketsLostBySubscribers, all.PacketsRepeated, all.RepeatsRefused, all.KeyframesAsked));
        Assert.Equal(layer.KeyframeRequests, all.KeyframeRequests);
        Assert.InRange(all.KeyframeRequests, 1, 10);
    }

    [Fact]
    public void A_peer_that_was_never_heard_of_has_no_path_and_nothing_else()
    {
        using var stage = new EngineStage();
        var peer = stage.Add();
        stage.Pass(TimeSpan.FromSeconds(2));
        var statistics = peer.Peer.ReadStatistics();
        Assert.Equal((false, null, 0L), (statistics.IsConnected, statistics.Path, statistics.RoundTripUs));
        Assert.InRange(statistics.SilentUs, 1_900_000, 2_000_000);
        Assert.Empty(statistics.Layers);
        Assert.Empty(statistics.Subscriptions);
    }

    [Fact]
    public void A_subscriber_cannot_report_more_lost_than_was_sent()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("v", 4711, EngineStage.Video()), track);
        for (var i = 1; i <= 4; i++)
            publisher.SendRtp(1, 96, i, Frame);
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.TryReceiverReport(1, [new ReportBlock(4711, 255, 0x7FFFFF, 0, 0, 0, 0)]));
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.TryReceiverReport(1, [new ReportBlock(4711, 255, -9, 0, 0, 0, 0)]));
        Assert.Equal(4, stage.Engine.Repairs.PacketsLostBySubscribers);
    }

    private static SenderInformation Report(VirtualPeer peer)
    {
        foreach (var compound in peer.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (SenderInformation.TryRead(packet, out var information))
                    return information;
            }
        }

        throw new InvalidOperationException("There was no sender report.");
    }
}
