// Media goes where the peer is heard, path by path, and a check counts once. RFC 7675 §5.1.
using Parley.Media.Engine;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class ConsentTests
{
    [Fact]
    public void An_address_that_was_nominated_once_and_is_not_heard_again_is_sent_nothing_after_seconds()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var victim = At(peer, 66);
        stage.Send(victim, peer.Check(priority: 1000));
        Assert.Equal(stage.Engine.FindPath(victim), Selected(stage));
        var number = stage.Engine.FindPath(victim);
        Keep(stage, 5, () => peer.Send(peer.Check(nominate: false)));
        Assert.Equal(peer.PathNumber, Selected(stage));
        Keep(stage, 60, () => peer.Send(peer.Check(nominate: false)));
        Assert.Equal(peer.PathNumber, Selected(stage));
        Assert.Equal(-1, stage.Engine.FindPath(victim));
        Assert.Contains(new PathClosed(peer.Peer.Id, number), stage.Outbox.Events);
    }

    [Fact]
    public void A_nominated_path_that_dies_gives_way_to_one_that_is_heard_and_has_it_back_when_it_is_heard_again()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var backup = At(peer, 70);
        Keep(stage, 10, () =>
        {
            peer.Send(peer.Check());
            stage.Send(backup, peer.Check(nominate: false));
        });
        Assert.Equal(peer.PathNumber, Selected(stage));
        Keep(stage, 7, () => stage.Send(backup, peer.Check(nominate: false)));
        Assert.Equal(stage.Engine.FindPath(backup), Selected(stage));
        peer.Send(peer.Check(nominate: false));
        Assert.Equal(peer.PathNumber, Selected(stage));
    }

    [Fact]
    public void Media_over_the_selected_path_is_as_good_as_checks()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        peer.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var backup = At(peer, 70);
        var sequence = 1;
        Keep(stage, 60, () =>
        {
            peer.SendRtp(1, 111, sequence++, [1]);
            stage.Send(backup, peer.Check(nominate: false));
        });
        Assert.Equal(peer.PathNumber, Selected(stage));
    }

    [Fact]
    public void A_minute_without_sound_is_no_silence_of_the_peer_and_sound_goes_on_where_it_stopped()
    {
        const uint clockRate = 48_000;
        const int pause = 60;
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        subscriber.Peer.Subscribe(EngineStage.Send("0", 7, EngineStage.Opus()), track);
        // The publisher's numbers roll over with the pause.
        publisher.SendRtp(1, 111, 0xFFFF, [1], timestamp: 1000);
        var before = Assert.Single(subscriber.TakeRtp());
        // DTX (RFC 7587 §3.1.3): the encoder sends nothing, the transport its checks.
        Keep(stage, pause, () =>
        {
            publisher.Send(publisher.Check(nominate: false));
            subscriber.Send(subscriber.Check(nominate: false));
        });
        Assert.Empty(subscriber.TakeRtp());
        publisher.SendRtp(1, 111, 0x10000, [2], timestamp: 1000 + pause * clockRate);
        var after = Assert.Single(subscriber.TakeRtp());
        Assert.Equal((before.Sequence + 1, before.Timestamp + pause * clockRate), (after.Sequence, after.Timestamp));
        Assert.Equal([2], after.Payload);
        Assert.DoesNotContain(stage.Outbox.Events, static happened => happened is PeerEnded or PathClosed);
        Assert.Equal(0, stage.Engine.Drops.Total);
    }

    [Fact]
    public void A_silent_path_stays_while_no_other_is_heard()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        stage.Send(At(peer, 70), peer.Check(nominate: false));
        stage.Pass(TimeSpan.FromSeconds(1));
        peer.Send(peer.Check());
        stage.Pass(TimeSpan.FromSeconds(28));
        Assert.Equal(peer.PathNumber, Selected(stage));
        Assert.True(peer.Peer.IsConnected);
    }

    [Fact]
    public void A_path_that_was_not_heard_for_the_time_of_consent_takes_no_media()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var other = At(peer, 70);
        stage.Pass(TimeSpan.FromSeconds(25));
        stage.Send(other, peer.Check(nominate: false));
        var sink = new CollectingSink(stage.Outbox);
        stage.Engine.LosePath(ref sink, stage.Engine.FindPath(other));
        Assert.True(peer.Peer.IsConnected);
        stage.Pass(TimeSpan.FromSeconds(6));
        Assert.False(peer.Peer.IsConnected);
        Assert.Equal(-1, peer.PathNumber);
        Assert.Equal(1, stage.Engine.PeerCount);
        // Some nominate once and never again.
        peer.Send(peer.Check(nominate: false));
        Assert.True(peer.Peer.IsConnected);
        Assert.Equal(peer.PathNumber, Selected(stage));
    }

    [Fact]
    public void A_captured_check_is_worth_nothing_hours_later()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var captured = peer.Check(priority: 1000);
        peer.Send(captured);
        for (var check = 0; check < 5000; check++)
            peer.Send(peer.Check());
        stage.Outbox.Datagrams.Clear();
        stage.Send(At(peer, 66), captured);
        Assert.Equal(1, stage.Engine.Drops[DropReason.Replayed]);
        Assert.Empty(stage.Outbox.Datagrams);
        Assert.Single(peer.Peer.Paths.All);
    }

    [Fact]
    public void A_check_that_is_sent_again_is_answered_and_keeps_nobody_alive()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var check = peer.Check();
        peer.Send(check);
        stage.Outbox.Take(peer.PathNumber);
        Keep(stage, 30, () =>
        {
            peer.Send(check);
            Assert.Single(stage.Outbox.Take(peer.PathNumber));
        });
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([new PeerEnded(peer.Peer.Id, PeerEndReason.ConsentExpired)], stage.Outbox.Events.OfType<PeerEnded>());
    }

    private static PathKey At(VirtualPeer peer, int host) => peer.Path with { Remote = EngineStage.Address(host) };

    private static int Selected(EngineStage stage) => stage.Outbox.Events.OfType<PathSelected>().Last().Path;

    /// <summary>Does something now and at every second that follows.</summary>
    private static void Keep(EngineStage stage, int seconds, Action act)
    {
        for (var second = 0; second < seconds; second++)
        {
            if (stage.Engine.PeerCount > 0)
                act();
            stage.Pass(TimeSpan.FromSeconds(1));
        }
    }
}
