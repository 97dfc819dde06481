// Paths of a peer: opened by authentic checks alone, moved by nomination, ended by silence. RFC 8445 §7.3, RFC 7675 §5.1.
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Stun;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class ConnectivityTests
{
    [Fact]
    public void An_authentic_check_is_answered_and_opens_the_path()
    {
        using var stage = new EngineStage();
        var peer = stage.Add();
        var check = peer.Check(nominate: false);
        peer.Send(check);
        var answer = Assert.Single(stage.Outbox.Take(peer.PathNumber));
        Assert.True(StunMessage.TryRead(answer, out var message));
        Assert.Equal(StunConstants.BindingSuccess, message.Type);
        Assert.True(message.TransactionId.SequenceEqual(check.AsSpan(8, 12)));
        Assert.True(message.IsAuthentic(System.Text.Encoding.ASCII.GetBytes(peer.Peer.Local.Password)));
        Assert.Equal(peer.Path, Assert.IsType<PathOpened>(Assert.Single(stage.Outbox.Events)).Key);
    }

    [Fact]
    public void A_packet_that_somebody_recorded_keeps_nobody_alive()
    {
        using var stage = new EngineStage();
        var gone = stage.Connect();
        gone.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        // Of no track: no replay window is kept for it.
        var foreign = gone.Rtp(1, 96, 1, [1], extensions: (1, "7"u8.ToArray()));
        var known = gone.Rtp(2, 96, 1, [1], extensions: (1, "0"u8.ToArray()));
        gone.Send(known);
        for (var second = 0; second < 31; second++)
        {
            stage.Pass(TimeSpan.FromSeconds(1));
            gone.Send(foreign);
            gone.Send(known);
        }

        Assert.Equal([new PeerEnded(gone.Peer.Id, PeerEndReason.ConsentExpired)], stage.Outbox.Events.OfType<PeerEnded>());
    }

    [Fact]
    public void Strangers_are_not_answered()
    {
        using var stage = new EngineStage();
        var peer = stage.Add();
        peer.Send(peer.Check(password: "wrong-password-of-22-chars"));
        peer.Send(peer.Check(username: $"{peer.Peer.Local.Ufrag}:else"));
        Assert.Equal(2, stage.Engine.Drops[DropReason.NotAuthentic]);
        peer.Send(peer.Check(username: $"nobody:{peer.Own.Ufrag}"));
        peer.Send(peer.Check(username: peer.Peer.Local.Ufrag));
        Assert.Equal(2, stage.Engine.Drops[DropReason.UnknownUser]);
        peer.Send(peer.Rtp(1, 96, 1, [1]));
        peer.Send([22, 254, 253, 0]);
        Assert.Equal(2, stage.Engine.Drops[DropReason.UnknownAddress]);
        Assert.Empty(stage.Outbox.Datagrams);
        Assert.Empty(stage.Outbox.Records);
        Assert.Empty(stage.Outbox.Events);
    }

    [Fact]
    public void A_peer_that_takes_itself_for_controlled_is_told_and_unknown_demands_are_refused()
    {
        using var stage = new EngineStage();
        var peer = stage.Add();
        peer.Send(peer.Check(more: (ref StunWriter writer) => writer.Number(StunConstants.IceControlled, 1ul)));
        Assert.Equal(487, Error(stage.Outbox.Take(peer.PathNumber)));
        peer.Send(peer.Check(more: (ref StunWriter writer) => writer.Number(0x7777, 1u)));
        Assert.Equal(420, Error(stage.Outbox.Take(peer.PathNumber)));
        Assert.DoesNotContain(stage.Outbox.Events, happened => happened is PathSelected);
    }

    [Fact]
    public void Handshakes_are_taken_from_authenticated_addresses_before_nomination()
    {
        using var stage = new EngineStage();
        var peer = stage.Add();
        peer.Send(peer.Check(nominate: false));
        peer.Send([22, 254, 253, 1]);
        Assert.Equal(peer.Peer.Id, Assert.Single(stage.Outbox.Records).Peer);
        var sink = new CollectingSink(stage.Outbox);
        stage.Outbox.Datagrams.Clear();
        stage.Engine.SendDtls(ref sink, peer.Peer.Id, [22, 1, 2]);
        Assert.Equal([22, 1, 2], Assert.Single(stage.Outbox.Take(peer.PathNumber)));
    }

    [Fact]
    public void Media_goes_to_the_nominated_path_of_the_highest_priority_and_moves_when_that_is_silent()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var home = peer.Path;
        var mobile = home with { Remote = EngineStage.Address(77) };
        stage.Send(mobile, peer.Check(priority: 50));
        Assert.Equal(stage.Engine.FindPath(home), Selected(stage));
        stage.Send(mobile, peer.Check(priority: 200));
        Assert.Equal(stage.Engine.FindPath(mobile), Selected(stage));
        stage.Pass(TimeSpan.FromMilliseconds(900));
        stage.Send(home, peer.Check(priority: 100));
        Assert.Equal(stage.Engine.FindPath(mobile), Selected(stage));
        stage.Pass(TimeSpan.FromMilliseconds(200));
        stage.Send(home, peer.Check(priority: 100));
        Assert.Equal(stage.Engine.FindPath(home), Selected(stage));
    }

    [Fact]
    public void After_a_restart_media_goes_to_the_path_that_is_chosen_then_however_low_and_once()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var home = peer.Path;
        var mobile = home with { Remote = EngineStage.Address(77) };
        var (credentials, own) = (IceCredentials.Create(new SeededRandom(9)), IceCredentials.Create(new SeededRandom(10)));
        peer.Peer.RestartIce(credentials, own);
        // The former path is heard all the while.
        peer.Send(peer.Check(username: $"{peer.Peer.FormerUfrag}:{peer.Own.Ufrag}"));
        peer.Own = own;
        stage.Send(mobile, peer.Check(priority: 50));
        Assert.Equal(stage.Engine.FindPath(mobile), Selected(stage));
        // By the same credentials it is the priority that counts, as before.
        stage.Send(home, peer.Check(priority: 40));
        Assert.Equal(stage.Engine.FindPath(mobile), Selected(stage));
        stage.Send(home, peer.Check(priority: 60));
        Assert.Equal(stage.Engine.FindPath(home), Selected(stage));
    }

    [Fact]
    public void A_captured_check_moves_nothing_when_it_is_sent_again_from_elsewhere()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var check = peer.Check(priority: 1000);
        peer.Send(check);
        peer.Send(check);
        Assert.Equal(2, stage.Outbox.Take(peer.PathNumber).Count);
        stage.Send(peer.Path with { Remote = EngineStage.Address(66) }, check);
        Assert.Equal(1, stage.Engine.Drops[DropReason.Replayed]);
        Assert.Single(peer.Peer.Paths.All);
        Assert.Empty(stage.Outbox.Datagrams);
    }

    [Fact]
    public void Who_goes_on_checking_and_never_nominates_is_gone_in_time()
    {
        using var stage = new EngineStage();
        var undecided = stage.Add();
        undecided.Send(undecided.Check(nominate: false));
        stage.HandShake(undecided);
        var late = stage.Add();
        for (var second = 0; second < 29; second++)
        {
            stage.Pass(TimeSpan.FromSeconds(1));
            undecided.Send(undecided.Check(nominate: false));
            late.Send(late.Check(nominate: false));
        }

        late.Send(late.Check());
        Assert.Equal(2, stage.Engine.PeerCount);
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([new PeerEnded(undecided.Peer.Id, PeerEndReason.NotNominated)], stage.Outbox.Events.OfType<PeerEnded>());
        stage.Pass(TimeSpan.FromSeconds(28));
        Assert.Equal(1, stage.Engine.PeerCount);
    }

    [Fact]
    public void Silence_ends_a_peer_and_only_that_one()
    {
        using var stage = new EngineStage();
        var never = stage.Add();
        var silent = stage.Connect();
        var alive = stage.Connect();
        var undecided = stage.Add();
        undecided.Send(undecided.Check(nominate: false));
        for (var second = 0; second < 29; second++)
        {
            stage.Pass(TimeSpan.FromSeconds(1));
            alive.Send(alive.Check());
        }

        Assert.Equal(4, stage.Engine.PeerCount);
        stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(
            [
                new PeerEnded(never.Peer.Id, PeerEndReason.NoConnectivity),
                new PeerEnded(silent.Peer.Id, PeerEndReason.ConsentExpired),
                new PeerEnded(undecided.Peer.Id, PeerEndReason.NotNominated),
            ],
            stage.Outbox.Events.OfType<PeerEnded>().OrderBy(ended => ended.Peer.Value));
        Assert.Equal(1, stage.Engine.PeerCount);
        Assert.Equal(-1, silent.PathNumber);
        Assert.True(silent.Peer.HasEnded);
    }

    [Fact]
    public void After_a_restart_both_names_are_good_until_the_new_one_is_used()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        var former = peer.Check();
        var credentials = IceCredentials.Create(new SeededRandom(9));
        var own = IceCredentials.Create(new SeededRandom(10));
        peer.Peer.RestartIce(credentials, own);
        peer.Send(former);
        Assert.Single(stage.Outbox.Take(peer.PathNumber));
        peer.Own = own;
        peer.Send(peer.Check());
        Assert.Single(stage.Outbox.Take(peer.PathNumber));
        peer.Send(former);
        Assert.Empty(stage.Outbox.Take(peer.PathNumber));
        Assert.Equal(1, stage.Engine.Drops[DropReason.UnknownUser]);
        Assert.True(peer.Peer.IsConnected);
    }

    [Fact]
    public void An_address_that_another_peer_used_before_goes_over_to_it()
    {
        using var stage = new EngineStage();
        var first = stage.Connect();
        var second = stage.Add();
        second.Path = first.Path;
        stage.Pass(TimeSpan.FromSeconds(1));
        second.Send(second.Check());
        stage.HandShake(second);
        Assert.True(second.Peer.IsConnected);
        Assert.False(first.Peer.IsConnected);
    }

    [Fact]
    public void An_address_at_which_its_peer_is_heard_is_nobody_elses()
    {
        using var stage = new EngineStage();
        var (owner, other) = (stage.Connect(), stage.Connect());
        stage.Pass(TimeSpan.FromMilliseconds(900));
        owner.Send(owner.Check(nominate: false));
        stage.Outbox.Datagrams.Clear();
        stage.Pass(TimeSpan.FromMilliseconds(900));
        stage.Outbox.Datagrams.Clear();
        var check = other.Check();
        stage.Send(owner.Path, check);
        Assert.True(owner.Peer.IsConnected);
        Assert.Empty(stage.Outbox.Datagrams);
        // Whoever really has it sends the same again (RFC 8489 §6.2.1).
        stage.Pass(TimeSpan.FromMilliseconds(200));
        stage.Outbox.Datagrams.Clear();
        stage.Send(owner.Path, check);
        Assert.Single(stage.Outbox.Datagrams);
        Assert.False(owner.Peer.IsConnected);
    }

    [Fact]
    public void A_check_that_is_refused_takes_nobodys_address()
    {
        using var stage = new EngineStage();
        var (owner, other) = (stage.Connect(), stage.Connect());
        stage.Pass(TimeSpan.FromSeconds(5));
        stage.Outbox.Datagrams.Clear();
        stage.Send(owner.Path, other.Check(more: (ref StunWriter writer) => writer.Number(StunConstants.IceControlled, 1ul)));
        Assert.Equal(487, Error(stage.Outbox.Take(owner.PathNumber)));
        Assert.True(owner.Peer.IsConnected);
    }

    [Fact]
    public void Whose_only_address_was_taken_has_it_back_with_its_next_check_whether_it_nominates_again_or_not()
    {
        using var stage = new EngineStage();
        var (owner, other) = (stage.Connect(), stage.Connect());
        var publisher = stage.Connect();
        owner.Peer.Subscribe(EngineStage.Send("0", 7, EngineStage.Opus()), publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus())));
        stage.Pass(TimeSpan.FromSeconds(2));
        stage.Send(owner.Path, other.Check());
        Assert.False(owner.Peer.IsConnected);
        stage.Pass(TimeSpan.FromSeconds(2));
        owner.Send(owner.Check(nominate: false));
        Assert.True(owner.Peer.IsConnected);
        Assert.Equal(owner.PathNumber, Selected(stage));
        publisher.SendRtp(1, 111, 1, [1]);
        Assert.Single(owner.TakeRtp());
    }

    [Fact]
    public void Media_moves_from_a_path_that_is_gone_to_the_nominated_one_that_was_heard_last()
    {
        using var stage = new EngineStage();
        var publisher = stage.Connect();
        var peer = stage.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        peer.Peer.Subscribe(EngineStage.Send("0", 7, EngineStage.Opus()), track);
        var (older, newer, neverNominated) = (At(71), At(72), At(73));
        stage.Send(older, peer.Check(priority: 90));
        stage.Pass(TimeSpan.FromMilliseconds(10));
        stage.Send(newer, peer.Check(priority: 50));
        stage.Pass(TimeSpan.FromMilliseconds(10));
        stage.Send(neverNominated, peer.Check(nominate: false));
        Lose(stage, peer.PathNumber);
        Assert.Equal(stage.Engine.FindPath(newer), Selected(stage));
        publisher.SendRtp(1, 111, 1, [1]);
        peer.Path = newer;
        Assert.Equal(7u, Assert.Single(peer.TakeRtp()).Ssrc);
        Lose(stage, stage.Engine.FindPath(newer));
        Assert.Equal(stage.Engine.FindPath(older), Selected(stage));
        Lose(stage, stage.Engine.FindPath(older));
        Assert.Equal(stage.Engine.FindPath(neverNominated), Selected(stage));

        PathKey At(int host) => peer.Path with { Remote = EngineStage.Address(host) };
    }

    [Fact]
    public void A_peer_without_a_path_waits_for_a_new_one_until_consent_expires()
    {
        using var stage = new EngineStage();
        var lost = stage.Connect();
        var back = stage.Connect();
        Lose(stage, lost.PathNumber);
        Lose(stage, back.PathNumber);
        Lose(stage, 99);
        Assert.False(lost.Peer.IsConnected);
        Assert.Equal(-1, lost.PathNumber);
        stage.Pass(TimeSpan.FromSeconds(29));
        back.Path = back.Path with { Remote = EngineStage.Address(80), IsTcp = true };
        back.Send(back.Check());
        Assert.True(back.Peer.IsConnected);
        stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([new PeerEnded(lost.Peer.Id, PeerEndReason.ConsentExpired)], stage.Outbox.Events.OfType<PeerEnded>());
    }

    [Fact]
    public void Engines_that_share_a_port_tell_the_names_of_their_peers()
    {
        var names = new Names();
        var engine = new MediaEngine(new SeededRandom(1), null, names);
        var first = IceCredentials.Create(new SeededRandom(2));
        var second = IceCredentials.Create(new SeededRandom(3));
        var peer = engine.AddPeer(first, null, 0);
        Assert.Equal([first.Ufrag], names.Known);
        peer.RestartIce(second, first);
        Assert.Equal([first.Ufrag, second.Ufrag], names.Known);
        names.Known.Add("elsewhere");
        Assert.Throws<ArgumentException>(() => engine.AddPeer(first with { Ufrag = "elsewhere" }, null, 0));
        var sink = new CollectingSink(new Outbox());
        engine.ClosePeer(ref sink, peer.Id);
        Assert.Equal(["elsewhere"], names.Known);
        Assert.Equal(0, engine.PeerCount);
    }

    [Fact]
    public void A_peer_has_a_bounded_number_of_paths_and_keeps_the_one_in_use()
    {
        using var stage = new EngineStage();
        var peer = stage.Connect();
        for (var port = 1; port < 100; port++)
            stage.Send(peer.Path with { Remote = EngineStage.Address(9, port) }, peer.Check(nominate: false));
        Assert.Equal(PeerPaths.Most, peer.Peer.Paths.All.Count);
        Assert.NotEqual(-1, peer.PathNumber);
        Assert.True(peer.Peer.IsConnected);
    }

    private static int Selected(EngineStage stage) => stage.Outbox.Events.OfType<PathSelected>().Last().Path;

    private static void Lose(EngineStage stage, int path)
    {
        var sink = new CollectingSink(stage.Outbox);
        stage.Engine.LosePath(ref sink, path);
    }

    private static int Error(List<byte[]> answers)
    {
        var answer = Assert.Single(answers);
        Assert.Equal(StunConstants.BindingError, answer[0] << 8 | answer[1]);
        return answer[26] * 100 + answer[27];
    }

    private sealed class Names : IPeerNames
    {
        public List<string> Known { get; } = [];

        public bool TryAdd(string ufrag)
        {
            if (Known.Contains(ufrag))
                return false;
            Known.Add(ufrag);
            return true;
        }

        public void Remove(string ufrag) => Known.Remove(ufrag);
    }
}
