// The form of our RTCP: compounds where reduced size was not agreed, goodbyes, everybody's turn in reports, and no packet that is too long. RFC 3550 §6, RFC 4585 §3.1, RFC 5506.
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class RtcpFormTests
{
    private const ulong Noon = 3_900_000_000UL << 32;

    /// <summary>What a datagram of ours may have for UDP's payload where its length is our choice.</summary>
    private const int Mtu = 1200;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Feedback_stands_alone_only_where_that_was_agreed(bool reducedSize)
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()) with
        {
            Extensions = new([(5, HeaderExtension.TransportSequence)]),
            ReducedSizeRtcp = reducedSize,
        });
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            if (sequence != 7)
                publisher.SendRtp(1, 96, sequence, [1], extensions: (5, [0, (byte)sequence]));
            stage.Pass(TimeSpan.FromMilliseconds(20));
        }

        stage.Pass(TimeSpan.FromSeconds(1));
        subscriber.SendRtcp((ref RtcpWriter writer) => writer.TryPictureLoss(1, 4711));
        stage.Pass(TimeSpan.FromSeconds(1));

        var compounds = publisher.TakeRtcp();
        foreach (var (type, format) in new[] { (RtcpType.TransportFeedback, FeedbackFormat.Nack), (RtcpType.TransportFeedback, FeedbackFormat.TransportWide), (RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) })
        {
            var withIt = compounds.Where(compound => Has(compound, type, format)).ToList();
            Assert.NotEmpty(withIt);
            Assert.All(withIt, compound => Assert.Equal(!reducedSize, IsFullCompound(compound)));
        }
    }

    [Fact]
    public void One_track_without_reduced_size_is_enough_for_compounds()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var video = publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Video()) with { ReducedSizeRtcp = true });
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), video);
        publisher.SendRtp(1, 96, 1, [1]);
        video.RequestKeyframe();
        stage.Pass(TimeSpan.FromMilliseconds(600));
        var asked = publisher.TakeRtcp().Where(static compound => Has(compound, RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss)).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, static compound => Assert.True(IsFullCompound(compound)));
    }

    [Fact]
    public void Reports_of_who_only_receives_name_it()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        Assert.NotNull(track);
        publisher.SendRtp(1, 111, 1, [1]);
        stage.Pass(TimeSpan.FromSeconds(3));
        var compounds = publisher.TakeRtcp();
        Assert.InRange(compounds.Count, 2, 4);
        Assert.All(compounds, static compound => Assert.True(IsFullCompound(compound)));
        // The same name every time (RFC 7022 §4.2).
        Assert.Single(compounds.Select(NameIn).Distinct());
    }

    [Fact]
    public void Of_many_streams_each_is_reported_in_its_turn()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        const int streams = 40;
        for (var i = 0; i < streams; i++)
            publisher.Peer.AddTrack(EngineStage.Receive($"{i}", EngineStage.Opus()));
        for (var i = 0; i < streams; i++)
            publisher.SendRtp((uint)(1000 + i), 111, 1, [1], extensions: (1, Encoding.ASCII.GetBytes($"{i}")));
        stage.Pass(TimeSpan.FromSeconds(0.9));
        publisher.TakeRtcp();

        stage.Pass(TimeSpan.FromSeconds(4));
        var told = publisher.TakeRtcp().SelectMany(Reported).GroupBy(static ssrc => ssrc).ToDictionary(static group => group.Key, static group => group.Count());
        Assert.Equal(Enumerable.Range(1000, streams).Select(static ssrc => (uint)ssrc), told.Keys.Order());
        // 4 reports of 31 for 40 streams: each at least three times.
        Assert.All(told.Values, static times => Assert.InRange(times, 3, 4));
    }

    [Fact]
    public void Who_unsubscribes_is_told_that_the_sources_are_gone()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()) with { RetransmissionSsrc = 4712 }, track);
        var silent = subscriber.Peer.Subscribe(EngineStage.Send("1", 815, EngineStage.Video()), null);
        publisher.SendRtp(1, 96, 1, [1]);
        subscriber.TakeRtcp();

        subscriber.Peer.Unsubscribe(subscription);
        // Whoever never sent anything says no goodbye (RFC 3550 §6.3.7).
        subscriber.Peer.Unsubscribe(silent);
        stage.Pass(TimeSpan.FromMilliseconds(5));
        var compound = Assert.Single(subscriber.TakeRtcp());
        Assert.True(IsFullCompound(compound));
        Assert.Equal([4711u, 4712u], Gone(compound));
        stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(subscriber.TakeRtcp().SelectMany(Gone));
    }

    [Fact]
    public void A_peer_that_we_close_is_told_of_every_source_before_the_end_of_its_session()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        const int subscriptions = 70;
        for (var i = 0; i < subscriptions; i++)
            subscriber.Peer.Subscribe(EngineStage.Send($"{i}", (uint)(1000 + i), EngineStage.Opus()), track);
        publisher.SendRtp(1, 111, 1, [1]);
        publisher.SendRtp(1, 111, 2, [1]);
        subscriber.TakeRtp();
        subscriber.TakeRtcp();
        stage.Engine.SetFarewell(subscriber.Peer.Id, new byte[] { 21, 254, 253 });

        var path = subscriber.PathNumber;
        var sink = new CollectingSink(stage.Outbox);
        stage.Engine.ClosePeer(ref sink, subscriber.Peer.Id);
        var sent = stage.Outbox.Take(path);
        Assert.Equal([21, 254, 253], sent[^1]);
        Assert.All(sent, static datagram => Assert.InRange(datagram.Length, 1, Mtu));
        var compounds = sent.SkipLast(1).Select(subscriber.OpenRtcp).ToList();
        Assert.All(compounds, static compound => Assert.True(IsFullCompound(compound)));
        Assert.Equal(Enumerable.Range(1000, subscriptions).Select(static ssrc => (uint)ssrc), compounds.SelectMany(Gone).Order());
    }

    [Fact]
    public void A_peer_that_is_silent_is_told_nothing()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Opus()), track);
        publisher.SendRtp(1, 111, 1, [1]);
        stage.Outbox.Datagrams.Clear();
        var sink = new CollectingSink(stage.Outbox);
        stage.Engine.ClosePeer(ref sink, subscriber.Peer.Id, PeerEndReason.ConsentExpired);
        Assert.Empty(stage.Outbox.Datagrams);
    }

    [Fact]
    public void A_layer_whose_source_says_goodbye_is_dead_at_once()
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()) with { Rids = ["q", "f"] });
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video()), track);
        for (var i = 1; i <= 10; i++)
        {
            publisher.SendRtp(1, 96, i, [1], (uint)i * 3000, marker: true, Layer("q"));
            publisher.SendRtp(2, 96, i, [1], (uint)i * 3000, marker: true, Layer("f"));
            stage.Pass(TimeSpan.FromMilliseconds(33));
        }

        Assert.Equal(1, subscription.CurrentLayer);
        publisher.SendRtcp((ref RtcpWriter writer) => writer.TryGoodbye([2]));
        publisher.SendRtp(1, 96, 11, [1], 33_000, marker: true, Layer("q"));
        Assert.Equal(0, subscription.CurrentLayer);
        Assert.False(track.Layers[1].IsAlive(stage.NowUs));
        // It may come again.
        publisher.SendRtp(2, 96, 11, [1], 33_000, marker: true, Layer("f"));
        Assert.True(track.Layers[1].IsAlive(stage.NowUs));

        static (byte, byte[])[] Layer(string rid) => [(1, "0"u8.ToArray()), (2, Encoding.ASCII.GetBytes(rid))];
    }

    [Theory]
    [InlineData(6)]
    [InlineData(40)]
    [InlineData(255)]
    public void No_report_is_longer_than_what_passes_everywhere(int name)
    {
        using var stage = new EngineStage();
        var (publisher, subscriber) = (stage.Connect(), stage.Connect());
        var cname = new string('n', name);
        var opus = EngineStage.Opus() with { Feedback = ["goog-remb"] };
        const int streams = 35;
        for (var i = 0; i < streams; i++)
        {
            subscriber.Peer.AddTrack(EngineStage.Receive($"r{i}", opus));
            var track = publisher.Peer.AddTrack(EngineStage.Receive($"{i}", EngineStage.Opus()));
            subscriber.Peer.Subscribe(EngineStage.Send($"s{i}", (uint)(5000 + i), EngineStage.Opus()) with { Cname = cname }, track);
        }

        for (var i = 0; i < streams; i++)
        {
            subscriber.SendRtp((uint)(1000 + i), 111, 1, [1], extensions: (1, Encoding.ASCII.GetBytes($"r{i}")));
            publisher.SendRtp((uint)(2000 + i), 111, 1, [1], extensions: (1, Encoding.ASCII.GetBytes($"{i}")));
            publisher.SendRtp((uint)(2000 + i), 111, 2, [1], 960);
            var ssrc = (uint)(2000 + i);
            publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(ssrc, Noon, 1, 1, 1), []));
        }

        stage.Outbox.Datagrams.Clear();
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.All(stage.Outbox.Datagrams, static datagram => Assert.InRange(datagram.Bytes.Length, 1, Mtu));
        var compounds = subscriber.TakeRtcp();
        Assert.All(compounds, static compound => Assert.True(IsFullCompound(compound)));
        Assert.Equal(Enumerable.Range(5000, streams).Select(static ssrc => (uint)ssrc), compounds.SelectMany(Named).Where(static ssrc => ssrc >= 5000).Distinct().Order());
        Assert.Contains(compounds, static compound => Has(compound, RtcpType.PayloadFeedback, FeedbackFormat.Application));
    }

    /// <summary>A report first, and a name: what every compound has (RFC 3550 §6.1).</summary>
    private static bool IsFullCompound(byte[] compound)
    {
        var packets = new RtcpPackets(compound).GetEnumerator();
        return packets.MoveNext() && packets.Current.Type is RtcpType.SenderReport or RtcpType.ReceiverReport && NameIn(compound) is { Length: > 0 };
    }

    private static string? NameIn(byte[] compound)
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            foreach (var name in CanonicalNames.In(packet))
                return Encoding.UTF8.GetString(name.Name);
        }

        return null;
    }

    private static List<uint> Named(byte[] compound)
    {
        var named = new List<uint>();
        foreach (var packet in new RtcpPackets(compound))
        {
            foreach (var name in CanonicalNames.In(packet))
                named.Add(name.Ssrc);
        }

        return named;
    }

    private static List<uint> Reported(byte[] compound)
    {
        var reported = new List<uint>();
        foreach (var packet in new RtcpPackets(compound))
        {
            foreach (var block in ReportBlocks.In(packet))
                reported.Add(block.Ssrc);
        }

        return reported;
    }

    private static List<uint> Gone(byte[] compound)
    {
        var gone = new List<uint>();
        foreach (var packet in new RtcpPackets(compound))
        {
            foreach (var ssrc in GoodbyeSources.In(packet))
                gone.Add(ssrc);
        }

        return gone;
    }

    private static bool Has(byte[] compound, RtcpType type, byte format)
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            if (packet.IsFeedback(type, format))
                return true;
        }

        return false;
    }
}
