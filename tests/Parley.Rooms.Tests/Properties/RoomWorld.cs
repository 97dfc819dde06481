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
    private readonly List<(TestClient Client, string Id)> _asked = [];
    private int _texts;

    public RoomWorld(bool lobby, int max)
    {
        _stage = new Stage(lobby, max);
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
                var (back, _) = actor.Resume();
                _everybody.Add(back);
                _clients[step.Actor] = back;
                break;
            case StepKind.Drop:
                actor.Drop();
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

        // What a failed commit held back is decided at the latest when patience ends.
        _stage.Advance(TimeSpan.FromSeconds(3));
        EveryQuestionIsAnswered();
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
        var client = _stage.Connect(user);
        _everybody.Add(client);
        return client;
    }

    private void Ask(TestClient client, ClientMessage message)
    {
        if (client.Dropped)
            return;
        var id = $"q{_asked.Count}";
        _asked.Add((client, id));
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
        _stage.Restart();
        var once = _stage.Room.Snapshot();
        var twice = Room.Restore(new StoredRoom(once, []), _stage.Options, new SeededEntropy(1), _stage.Now).Snapshot();
        Assert.Equal(Comparable(once), Comparable(twice));
    }

    private void Verify(Step step)
    {
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
        foreach (var client in _everybody)
            Verify(client, step);
    }

    private static void Verify(TestClient client, Step step)
    {
        var last = 0L;
        foreach (var message in client.Inbox.Where(m => m.Seq is not null))
        {
            Assert.True(message.Seq > last, $"{step}: seq fell to {message.Seq} after {last}.");
            last = message.Seq!.Value;
        }

        foreach (var text in client.Inbox.SelectMany(Texts).Where(t => t.Text.StartsWith("private to ", StringComparison.Ordinal)))
            Assert.True(text.From == client.Me || text.To == client.Me || Knew(client, text), $"{step}: private words reached a third person.");
    }

    // A client that left and came in again is another participant by now; what it heard before was its own.
    private static bool Knew(TestClient client, (string Text, ParticipantId From, ParticipantId? To) text) =>
        client.Inbox.OfType<WaitingRoom>().Select(w => w.Me)
            .Concat(client.Inbox.OfType<JoinedRoom>().Select(j => j.Room.Me))
            .Concat(client.Inbox.OfType<HostJoinedRoom>().Select(j => j.Room.Me))
            .Concat(client.Inbox.OfType<RoomResumed>().Select(j => j.Room.Me))
            .Concat(client.Inbox.OfType<AcceptedIntoRoom>().Select(j => j.Room.Me))
            .Any(me => me == text.From || me == text.To);

    private static IEnumerable<(string Text, ParticipantId From, ParticipantId? To)> Texts(ServerMessage message) => message switch
    {
        ChatMessageFrom chat => [(chat.Text, chat.From, chat.To)],
        DataMessageFrom data => [(Encoding.UTF8.GetString(data.Payload.Utf8).Trim('"'), data.From, data.To)],
        RoomResumed resumed => resumed.Missed.SelectMany(m => Texts(ResumeRoomTests.Decode(m))),
        AcceptedIntoRoom { Missed: { } missed } => missed.SelectMany(m => Texts(ResumeRoomTests.Decode(m))),
        _ => [],
    };

    private void EveryQuestionIsAnswered()
    {
        foreach (var (client, id) in _asked)
        {
            var answers = client.Inbox.Count(m => m.Id == id);
            Assert.True(answers == 1 || (answers == 0 && client.Dropped), $"{answers} answers to {id}.");
        }
    }

    private static string Comparable(RoomSnapshot snapshot) =>
        Encoding.UTF8.GetString((snapshot with { Epoch = 0, Version = 0, Seq = 0, SeqReserved = 0 }).ToJson());
}
