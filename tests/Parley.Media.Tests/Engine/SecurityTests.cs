// What strangers and eavesdroppers can do to the engine: nothing but be counted.
using Parley.Media.Engine;
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class SecurityTests
{
    public static TheoryData<SrtpProfile, bool> Profiles => new MatrixTheoryData<SrtpProfile, bool>(
        [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmHmacSha1Tag80], [false, true]);

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Of_replayed_forged_truncated_and_reordered_packets_only_the_reordered_ones_go_on_and_once(SrtpProfile profile, bool isIPv6)
    {
        using var stage = new EngineStage(isIPv6: isIPv6);
        var publisher = stage.Connect(profile);
        var subscriber = stage.Connect(profile);
        Publish(publisher, subscriber);
        var packets = Enumerable.Range(1, 4).Select(number => publisher.Rtp(1, 96, number, [(byte)number, 9, 9])).ToList();
        publisher.Send(packets[0]);
        publisher.Send(packets[3]);
        publisher.Send(packets[2]);
        publisher.Send(packets[1]);
        Assert.Equal([1, 4, 3, 2], subscriber.TakeRtp().Select(static packet => (int)packet.Payload[0]));

        var drops = stage.Engine.Drops;
        foreach (var packet in packets)
            publisher.Send(packet);
        Assert.Equal((4, 4), (drops[DropReason.Replayed], drops.Total));

        var next = publisher.Rtp(1, 96, 5, [5, 9, 9]);
        for (var length = 12; length < next.Length; length++)
            publisher.Send(next[..length]);
        for (var at = 2; at < next.Length; at++)
        {
            // The source of a packet is a part of its protection, as are its header and payload; version and padding are looked at before.
            var forged = (byte[])next.Clone();
            forged[at] ^= 0x10;
            publisher.Send(forged);
        }

        // Another peer's keys are of no use here.
        publisher.Send(subscriber.Rtp(1, 96, 6, [6, 9, 9]));
        Assert.Empty(subscriber.TakeRtp());
        Assert.Empty(stage.Outbox.Events.OfType<PeerEnded>());

        // What was refused has changed nothing: the true one is taken.
        publisher.Send(next);
        Assert.Equal(5, Assert.Single(subscriber.TakeRtp()).Payload[0]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Nobody_without_keys_is_sent_media_or_heard(bool isIPv6)
    {
        using var stage = new EngineStage(isIPv6: isIPv6);
        var publisher = stage.Add();
        var subscriber = stage.Connect();
        var waiting = stage.Add();
        Publish(publisher, subscriber, waiting);
        publisher.Send(publisher.Check());
        waiting.Send(waiting.Check());
        stage.Outbox.Datagrams.Clear();
        publisher.SendRtp(1, 96, 1, [1, 9, 9]);
        Assert.Equal(1, stage.Engine.Drops[DropReason.NoKeys]);
        Assert.Empty(stage.Outbox.Datagrams);

        stage.HandShake(publisher);
        publisher.SendRtp(1, 96, 2, [2, 9, 9]);
        Assert.Equal(2, Assert.Single(subscriber.TakeRtp()).Payload[0]);
        Assert.Empty(stage.Outbox.Take(waiting.PathNumber));
        stage.HandShake(waiting);
        publisher.SendRtp(1, 96, 3, [3, 9, 9]);
        Assert.Equal(3, Assert.Single(waiting.TakeRtp()).Payload[0]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_flood_of_checks_opens_nothing_and_is_answered_by_nothing(bool isIPv6)
    {
        using var stage = new EngineStage(isIPv6: isIPv6);
        var peer = stage.Connect();
        var spoilt = peer.Check(password: "wrong-password-of-22-chars");
        var unknown = peer.Check(username: $"nobody:{peer.Own.Ufrag}");
        for (var port = 1; port <= 10_000; port++)
            stage.Send(peer.Path with { Remote = stage.AddressOf(77, port) }, spoilt, unknown);
        Assert.Equal((10_000, 10_000), (stage.Engine.Drops[DropReason.NotAuthentic], stage.Engine.Drops[DropReason.UnknownUser]));
        Assert.Empty(stage.Outbox.Datagrams);
        Assert.Single(peer.Peer.Paths.All);
        Assert.Equal(-1, stage.Engine.FindPath(peer.Path with { Remote = stage.AddressOf(77, 5000) }));
        peer.Send(peer.Check());
        Assert.Single(stage.Outbox.Take(peer.PathNumber));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void An_address_that_has_shown_nothing_is_sent_nothing_and_one_that_has_no_more_than_it_sent(bool isIPv6)
    {
        using var stage = new EngineStage(isIPv6: isIPv6);
        var publisher = stage.Connect();
        var peer = stage.Connect();
        Publish(publisher, peer);
        var elsewhere = peer.Path with { Remote = stage.AddressOf(88) };
        var home = peer.PathNumber;

        // Media and handshakes of the peer's own, replayed by somebody else from elsewhere, move nothing there.
        stage.Send(elsewhere, peer.Rtp(7, 96, 1, [1]), [22, 254, 253, 0]);
        publisher.SendRtp(1, 96, 1, [1, 9, 9]);
        Assert.Single(stage.Outbox.Take(home));
        Assert.Empty(stage.Outbox.Datagrams);

        // A check without nomination is answered, and that is all: media and handshakes stay where they are.
        var check = peer.Check(nominate: false);
        stage.Send(elsewhere, check);
        var answer = Assert.Single(stage.Outbox.Take(stage.Engine.FindPath(elsewhere)));
        Assert.InRange(answer.Length, 1, check.Length);
        publisher.SendRtp(1, 96, 2, [2, 9, 9]);
        stage.Pass(TimeSpan.FromSeconds(10));
        Assert.Empty(stage.Outbox.Take(stage.Engine.FindPath(elsewhere)));
        Assert.NotEmpty(stage.Outbox.Take(home));
    }

    private static void Publish(VirtualPeer publisher, params VirtualPeer[] subscribers)
    {
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(rtx: null)));
        foreach (var subscriber in subscribers)
            subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, EngineStage.Video(rtx: null)), track);
    }
}
