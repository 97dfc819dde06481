// Reports both ways: what the publisher's clocks say reaches subscribers unbroken, and losses and round trips are told. RFC 3550 §6.4.
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class ReportTests
{
    private const ulong Noon = 3_900_000_000UL << 32;

    [Fact]
    public void Audio_and_video_are_in_step_from_the_first_report()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var audio = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var video = publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Video()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 100, EngineStage.Opus()), audio);
        subscriber.Peer.Subscribe(EngineStage.Send("1", 200, EngineStage.Video()), video);
        stage.Pass(TimeSpan.FromSeconds(3));
        subscriber.TakeRtcp();

        publisher.SendRtp(1, 111, 1, [1], timestamp: 1_000_000);
        publisher.SendRtp(2, 96, 1, [2], timestamp: 70_000);
        stage.Pass(TimeSpan.FromMilliseconds(50));
        Assert.Empty(subscriber.TakeRtcp());
        // Sound at 1,000,000 and picture at 70,000 were taken at noon; the reports come one after the other, as they do.
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, Noon, 1_000_000, 1, 1), []));
        stage.Pass(TimeSpan.FromMilliseconds(40));
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(2, Noon, 70_000, 1, 1), []));
        stage.Pass(TimeSpan.FromMilliseconds(150));

        var reports = subscriber.TakeSenderReports();
        Assert.Equal([100u, 200u], reports.Select(report => report.Ssrc).Order());
        foreach (var report in reports)
        {
            var (first, rate) = report.Ssrc == 100 ? (1_000_000u, 48_000) : (70_000u, 90_000);
            var sinceNoon = (report.Ntp - Noon) / (double)(1L << 32);
            Assert.InRange((report.Timestamp - first) / (double)rate - sinceNoon, -0.0001, 0.0001);
            Assert.InRange(sinceNoon, 0.04, 0.2);
            Assert.Equal((1u, 1u), (report.Packets, report.Bytes));
        }
    }

    [Fact]
    public void Between_two_layers_no_clock_is_told_that_is_neithers()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var vp8 = EngineStage.Video(name: "VP8");
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", vp8) with { Rids = ["q", "h"] });
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("1", 200, vp8), track);
        subscription.SetLayers(0, Media.Forwarding.Subscription.AllLayers);
        uint[] first = [70_000, 3_000_000_000];
        var sequence = 0;
        void Play(int frames)
        {
            for (var i = 0; i < frames; i++, sequence++)
            {
                for (uint layer = 0; layer < 2; layer++)
                {
                    publisher.SendRtp(
                        layer + 1, 96, 1 + sequence, [0x10, 0, 0, 0, 0x9D, 1, 0x2A], first[layer] + (uint)sequence * 3600, marker: true,
                        (1, "0"u8.ToArray()), (2, [(byte)"qh"[(int)layer]]));
                    if (sequence == 0)
                        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(layer + 1, Noon, first[layer], 1, 1), []));
                }

                stage.Pass(TimeSpan.FromMilliseconds(40));
            }
        }

        Play(50);
        Assert.NotEmpty(subscriber.TakeSenderReports());
        // The other layer is gone over to, and nothing of it is sent yet.
        subscription.Pause();
        subscription.SetLayers(1, Media.Forwarding.Subscription.AllLayers);
        Play(50);
        var all = subscriber.TakeSenderReports();
        subscription.Resume();
        Play(50);
        all.AddRange(subscriber.TakeSenderReports());
        Assert.InRange(all.Count, 2, 5);
        Assert.All(all, report => Assert.InRange((report.Timestamp - first[0]) / 90_000.0 - (report.Ntp - Noon) / (double)(1L << 32), -0.05, 0.05));
    }

    [Fact]
    public void A_publisher_is_told_what_was_lost_and_how_long_ago_it_reported()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        for (var sequence = 1; sequence <= 100; sequence++)
        {
            if (sequence % 4 != 0)
                publisher.SendRtp(9, 111, sequence, [1], (uint)(sequence * 960));
            stage.Pass(TimeSpan.FromMilliseconds(5));
        }

        publisher.SendRtp(9, 111, 101, [1], 101 * 960);
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(9, Noon, 1, 1, 1), []));
        publisher.TakeRtcp();
        stage.Pass(TimeSpan.FromSeconds(1));
        var block = Assert.Single(Blocks(publisher));
        Assert.Equal((9u, 25, 101u), (block.Ssrc, block.CumulativeLost, block.HighestSequence));
        Assert.Equal(unchecked((uint)(Noon >> 16)), block.LastReport);
        Assert.InRange(block.DelaySinceLastReport, 1u, 65_536u);
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Assert.Single(Blocks(publisher)).FractionLost);
    }

    [Fact]
    public void The_round_trip_to_a_subscriber_is_known_from_its_report()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", 100, EngineStage.Opus()), track);
        publisher.SendRtp(1, 111, 1, [1]);
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, Noon, 1, 1, 1), []));
        List<SenderInformation> reports;
        do
            stage.Pass(TimeSpan.FromMilliseconds(1));
        while ((reports = subscriber.TakeSenderReports()).Count == 0);
        var report = Assert.Single(reports);
        stage.Pass(TimeSpan.FromMilliseconds(300));
        // It took 80 ms in all, for the report was held for 220.
        subscriber.SendRtcp((ref RtcpWriter writer) =>
            writer.TryReceiverReport(7, new[] { new ReportBlock(100, 64, 1, 1, 0, report.MiddleOfNtp, (uint)(0.22 * 65_536)) }));
        Assert.InRange(subscription.RoundTripUs, 78_000, 84_000);
        Assert.Equal(0.25, subscription.LossRate);
    }

    [Fact]
    public void Arrivals_are_told_to_who_numbers_them()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()) with
        {
            Extensions = new([(5, Parley.Media.Rtp.HeaderExtension.TransportSequence)]),
        });
        var begun = stage.NowUs;
        for (var i = 0; i < 10; i++)
        {
            if (i != 4)
                publisher.SendRtp(9, 111, i + 1, [1], extensions: (5, [0, (byte)(i + 1)]));
            stage.Pass(TimeSpan.FromMilliseconds(4));
        }

        stage.Pass(TimeSpan.FromMilliseconds(20));
        var arrivals = new List<TransportArrival>();
        foreach (var compound in publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (!TransportFeedback.TryRead(packet, out var feedback))
                    continue;
                foreach (var arrival in feedback)
                    arrivals.Add(arrival);
            }
        }

        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9, 10], arrivals.Select(arrival => (int)arrival.Sequence));
        Assert.All(arrivals, arrival => Assert.InRange(arrival.ArrivalUs - begun - (arrival.Sequence - 1) * 4000, -250, 250));
    }

    private static List<ReportBlock> Blocks(VirtualPeer peer)
    {
        var blocks = new List<ReportBlock>();
        foreach (var compound in peer.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                foreach (var block in ReportBlocks.In(packet))
                    blocks.Add(block);
            }
        }

        return blocks;
    }
}
