// Eight clients of five users around one room, and what must always hold between them.
using System.Text;
using Parley.Protocol;

namespace Parley.Rooms.Tests.Properties;

internal sealed class RoomWorld
{
    private static readonly UserIdentity[] Users =
    [
        Stage.Owner,
        Stage.Account(2, "Ben"),
        Stage.Guest(3, "Gus"),
        Stage.Account(4, "Eve"),
        Stage.Account(5, "Hal") with { GrantedRole = ParticipantRole.Host },
    ];

    private readonly Stage _stage;
    private readonly TestClient[] _clients = new TestClient[8];
    private readonly List<TestClient> _everybody = [];
    private readonly List<Witness> _witnesses = [];
    private readonly Dictionary<ParticipantId, DateTimeOffset> _absentSince = [];
    private readonly List<(TestClient Client, string Id)> _asked = [];
    private DateTimeOffset? _emptySince;
    private long _floor;
    private int _texts;

    public RoomWorld(bool lobby, int max, RoomOptions? options = null)
    {
        _stage = new Stage(lobby, max, options: options);
        for (var i = 0; i < _clients.Length; i++)
            _clients[i] = New(Users[i % Users.Length]);
    }

    public void Run(Step step)
    {
        if (_stage.Over)
            return;
        var actor = _clients[step.Actor];
        var target = _clients[step.Target].Me;
        switch (step.Kind)
        {
            case StepKind.Join:
                Join(step.Actor, step.Variant);
                break;
            case StepKind.Resume when actor.Token is not null:
                _clients[step.Actor] = Known(actor.Resume().Client);
                break;
            case StepKind.Drop:
                actor.Drop();
                break;
            case StepKind.LateDrop:
                // The end of a socket that was replaced long ago is told at last.
                foreach (var older in _everybody.Where(c => c.Closed is not null && c.User.Id == actor.User.Id).ToList())
                    _stage.Post(new ConnectionLost(older.Connection, older.Me));
                break;
            case StepKind.Invited:
                _ = Fresh(step.Actor).Invited((EntryPass)(step.Variant % 3), $"call{step.Actor}");
                break;
            case StepKind.Lobby:
                _stage.Change(_stage.Meeting with { Lobby = step.Variant % 2 == 0 });
                break;
            case StepKind.Revoke when step.Variant == 0:
                _stage.Post(new UserRevoked(actor.User.Id));
                break;
            case StepKind.Pass:
                _stage.Advance(TimeSpan.FromSeconds(1 + (step.Variant * 5)));
                break;
            case StepKind.PassLong when step.Variant == 0:
                _stage.Advance(TimeSpan.FromSeconds(40));
                break;
            case StepKind.HoldCommits:
                _stage.Mode = step.Variant == 0 ? CommitMode.Failing : CommitMode.Held;
                break;
            case StepKind.StoreCommit or StepKind.FailCommit when _stage.Pending is not null:
                _stage.Settle(step.Kind == StepKind.StoreCommit);
                break;
            case StepKind.FreeCommits:
                Free();
                break;
            case StepKind.Restart or StepKind.KillAfterStore:
                Restart(step.Kind == StepKind.KillAfterStore);
                break;
            default:
                if (Message(step, target) is { } message)
                    Ask(actor, message);
                break;
        }

        Verify(step);
    }

    /// <summary>Everybody goes away without a word: whatever happened before, the room ends by itself, and nothing stays open.</summary>
    public void Abandon()
    {
        Free();

        // What a failed commit held back is decided at the latest when patience ends, and stored when it is next tried.
        _stage.Advance(_stage.Options.CommitRetryMax + _stage.Options.CommitPatience);
        EveryQuestionIsAnswered();
        if (!_stage.Over && _stage.Store.Snapshot is { } stored)
            Assert.Equal(Durable(_stage.Room.Snapshot()), Durable(stored));
        if (!_stage.Over)
        {
            foreach (var client in _everybody)
                client.Drop();
            _stage.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.True(_stage.Over, "An abandoned room did not end.");
        Assert.All(_stage.Store.Stays.Values, stay => Assert.NotNull(stay.LeftAt));
        Assert.NotEqual(MeetingState.Active, _stage.Store.Status?.State ?? MeetingState.Created);
    }

    private ClientMessage? Message(Step step, ParticipantId target) => step.Kind switch
    {
        StepKind.Leave => new LeaveRoom(),
        StepKind.Accept => new AcceptParticipant(new AdmissionTarget(target)),
        StepKind.AcceptAll => new AcceptParticipant(AdmissionTarget.All),
        StepKind.Decline => new DeclineParticipant(new AdmissionTarget(target)),
        StepKind.Chat => new ChatMessage($"public {++_texts}", $"m{(step.Variant == 0 ? 0 : _texts)}"),
        StepKind.PrivateChat => new ChatMessage($"private to {target}", $"p{++_texts}", target),
        StepKind.Data => new DataMessage(new RawJson("1"u8.ToArray())),
        StepKind.PrivateData => new DataMessage(new RawJson(Encoding.UTF8.GetBytes($"\"private to {target}\"")), target),
        StepKind.Reaction => new Reaction("👍"),
        StepKind.Media => new UpdateMedia(Mic: step.Variant % 2 == 0, Screen: step.Variant > 1),
        StepKind.Hand => new RaiseHand(step.Variant % 2 == 0),
        StepKind.Offer => new Offer(target, "sdp"),
        StepKind.Mute => new MuteParticipant(target),
        StepKind.Remove when step.Variant == 0 => new RemoveParticipant(target),
        StepKind.MakeCohost => new SetRole(target, ParticipantRole.Cohost),
        StepKind.MakeParticipant => new SetRole(target, ParticipantRole.Participant),
        StepKind.HandOver => new SetRole(target, ParticipantRole.Host),
        StepKind.Lock => new LockRoom(step.Variant == 0),
        StepKind.End => new EndRoom(),
        _ => null,
    };

    private void Join(int index, int variant)
    {
        var client = variant == 3 ? _clients[index] : Fresh(index);
        if (!client.Dropped)
            _ = client.Join(variant == 0 ? null : $"tab{index}");
    }

    private TestClient Fresh(int index)
    {
        var client = New(_clients[index].User);
        _clients[index] = client;
        return client;
    }

    private TestClient New(UserIdentity user)
    {
        return Known(_stage.Connect(user));
    }

    private TestClient Known(TestClient client)
    {
        _everybody.Add(client);
        _witnesses.Add(new Witness(client, _floor));
        return client;
    }

    private void Ask(TestClient client, ClientMessage message)
    {
        if (client.Dropped)
            return;
        var id = $"q{_asked.Count}";
        _asked.Add((client, id));
        if (message is LeaveRoom)
            _witnesses.Find(w => w.Client == client)!.Leaves(id);
        _stage.Route(client, message with { Id = id });
    }

    private void Free()
    {
        _stage.Mode = CommitMode.AtOnce;
        while (_stage.Pending is not null)
            _stage.Settle(true);
    }

    private void Restart(bool afterStore)
    {
        if (afterStore && _stage.Pending is not null)
            _ = _stage.StoreUnheard();
        if (_stage.Store.Snapshot is null)
            return;
        _stage.Mode = CommitMode.AtOnce;
        _floor = _witnesses.Max(w => w.Last);
        _stage.Restart();

        // Everybody has a fresh grace period to find the server again.
        _absentSince.Clear();
        _emptySince = null;
        var once = _stage.Room.Snapshot();
        var twice = Room.Restore(new StoredRoom(once, []), _stage.Options, new SeededEntropy(1), _stage.Now).Snapshot();
        Assert.Equal(Comparable(once), Comparable(twice));
    }

    private void Verify(Step step)
    {
        Witness(step);
        if (_stage.Over)
            return;
        var snapshot = _stage.Room.Snapshot();
        var inside = snapshot.Participants.Where(p => !p.Waiting).ToList();
        Assert.True(inside.Count(p => p.Role == ParticipantRole.Host) == (inside.Count > 0 ? 1 : 0), $"{step}: not exactly one host.");
        Assert.Equal(inside.SingleOrDefault(p => p.Role == ParticipantRole.Host)?.Id, snapshot.HostId);
        Assert.Equal(snapshot.Participants.Count, snapshot.Participants.Select(p => p.Id).Distinct().Count());
        Assert.DoesNotContain(snapshot.Participants, p => snapshot.RemovedUsers.Contains(p.User.Id));
        Assert.Equal((inside.Count, snapshot.Participants.Count - inside.Count), (_stage.Room.Digest.ParticipantCount, _stage.Room.Digest.WaitingCount));
        Assert.True(inside.Count <= snapshot.Meeting.MaxParticipants);
        foreach (var (_, connection) in _stage.Room.Connections)
            Assert.False(_everybody.Single(c => c.Connection == connection).Dropped, $"{step}: a phantom connection.");
        var present = snapshot.Participants.Select(p => p.Id).ToHashSet();
        foreach (var client in _everybody.Where(c => !c.Dropped && c.Bound is { } bound && present.Contains(bound)))
            Assert.True(_stage.Room.Connections.Contains((client.Bound!.Value, client.Connection)), $"{step}: a socket that is there counts as lost.");
        NobodyOverstays(snapshot, step);
    }

    private void Witness(Step step)
    {
        foreach (var witness in _witnesses)
            witness.Verify(step);
    }

    // Everybody who is away for the whole grace period is gone, and an empty room is over: no deadline is forgotten.
    private void NobodyOverstays(RoomSnapshot snapshot, Step step)
    {
        var connected = _stage.Room.Connections.Select(c => c.Participant).ToHashSet();
        var absent = snapshot.Participants.Select(p => p.Id).Where(id => !connected.Contains(id)).ToHashSet();
        foreach (var back in _absentSince.Keys.Where(id => !absent.Contains(id)).ToList())
            _ = _absentSince.Remove(back);
        foreach (var id in absent)
        {
            _ = _absentSince.TryAdd(id, _stage.Now);
            Assert.True(_stage.Now - _absentSince[id] < _stage.Options.Reconnect, $"{step}: somebody stayed past the grace period.");
        }

        _emptySince = snapshot.Participants.Count > 0 ? null : _emptySince ?? _stage.Now;
        if (_stage.Now - _emptySince >= _stage.Options.Empty)
            Assert.True(_stage.Room.Digest.State is MeetingState.Ended or MeetingState.Created, $"{step}: an empty room lives on.");
    }

    private void EveryQuestionIsAnswered()
    {
        foreach (var (client, id) in _asked)
        {
            var answers = client.Inbox.Count(m => m.Id == id);
            Assert.True(answers == 1 || (answers == 0 && client.Dropped), $"{answers} answers to {id}.");
        }
    }

    // Without what changes too often, or too unimportantly, to be stored for itself.
    private static string Durable(RoomSnapshot snapshot) =>
        Comparable(snapshot with { Declined = null, Participants = [.. snapshot.Participants.Select(p => p with { FromLobby = false })] });

    private static string Comparable(RoomSnapshot snapshot) =>
        Encoding.UTF8.GetString((snapshot with { Epoch = 0, Version = 0, Seq = 0, SeqReserved = 0 }).ToJson());
}
