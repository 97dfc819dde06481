// The socket is lost at every single step, with the answer lost before and after it was sent: nobody is lost, doubled or a phantom.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public enum LostWhen
{
    /// <summary>The request never reached the server.</summary>
    BeforeRequest,

    /// <summary>The server did it, the socket died before the commit let the answer out.</summary>
    BeforeAnswer,

    /// <summary>The answer was written into a socket that was dead already.</summary>
    AfterAnswer,

    /// <summary>As before the answer, and the server was killed and started again.</summary>
    Restarted,
}

public sealed class DroppedSocketTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");

    public static TheoryData<LostWhen> Moments => [.. Enum.GetValues<LostWhen>()];

    [Theory]
    [MemberData(nameof(Moments))]
    public void At_the_join_of_an_open_room(LostWhen when)
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Connect(Ben);

        Lose(stage, ben, when, c => c.Join("ben", new MediaState(Mic: true)));
        owner = Back(stage, owner, when);
        var again = stage.Connect(Ben);

        var room = Assert.IsType<JoinedRoom>(again.Join("ben", new MediaState(Mic: true))).Room;
        Assert.True(room.Participants.Single(p => p.Id == room.Me).Mic);
        ExactlyTwo(stage, owner, again);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void At_the_join_of_a_room_with_a_lobby(LostWhen when)
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Connect(Ben);

        Lose(stage, ben, when, c => c.Join("ben"));
        owner = Back(stage, owner, when);
        var again = stage.Connect(Ben);

        Assert.Equal(1, Assert.IsType<WaitingRoom>(again.Join("ben")).Position);
        Assert.Equal(1, stage.Room.Digest.WaitingCount);
        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(again.Me))));
        Assert.Single(again.All<AcceptedIntoRoom>());
        ExactlyTwo(stage, owner, again);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Of_who_waits_while_being_admitted(LostWhen when)
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "ben");
        if (when == LostWhen.BeforeRequest)
            ben.Drop();
        ben.Deaf = when == LostWhen.AfterAnswer;
        stage.Mode = when is LostWhen.BeforeAnswer or LostWhen.Restarted ? CommitMode.Held : CommitMode.AtOnce;

        _ = owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me)));
        ben.Drop();
        Resolve(stage, when);
        owner = Back(stage, owner, when);
        var (again, answer) = ben.Resume();

        Assert.IsType<AcceptedIntoRoom>(answer);
        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(again.Me))));
        ExactlyTwo(stage, owner, again);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Of_the_host_while_admitting(LostWhen when)
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "ben");

        Lose(stage, owner, when, c => c.Send(new AcceptParticipant(new AdmissionTarget(ben.Me))));
        var (back, answer) = owner.Resume();
        ben = Back(stage, ben, when);

        Assert.Equal(owner.Me, Assert.IsType<RoomResumed>(answer).Room.HostId);
        Assert.IsType<Ack>(back.Send(new AcceptParticipant(new AdmissionTarget(ben.Me))));
        ExactlyTwo(stage, back, ben);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Of_who_waits_while_being_declined(LostWhen when)
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "ben");
        if (when == LostWhen.BeforeRequest)
            ben.Drop();
        ben.Deaf = when == LostWhen.AfterAnswer;
        stage.Mode = when is LostWhen.BeforeAnswer or LostWhen.Restarted ? CommitMode.Held : CommitMode.AtOnce;

        _ = owner.Send(new DeclineParticipant(new AdmissionTarget(ben.Me), "no"));
        ben.Drop();
        Resolve(stage, when);
        owner = Back(stage, owner, when);

        Assert.Equal("no", Assert.IsType<DeclinedFromRoom>(ben.Resume().Answer).Reason);
        Assert.Equal((1, 0), (stage.Room.Digest.ParticipantCount, stage.Room.Digest.WaitingCount));
        Assert.IsType<WaitingRoom>(stage.Connect(Ben).Join("ben"));
        Assert.Equal(1, stage.Room.Digest.WaitingCount);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void At_an_offer_and_at_its_answer(LostWhen when)
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben, "ben");

        Lose(stage, ben, when, c => c.Send(new Offer(owner.Me, "offer")));
        var (back, answer) = ben.Resume();
        owner = Back(stage, owner, when);
        Assert.IsType<RoomResumed>(answer);
        Assert.Equal([owner.Me], Assert.IsType<InitiatorRes>(back.Send(new GetInitiator())).Targets);
        Assert.IsType<Ack>(back.Send(new Offer(owner.Me, "again")));
        Assert.Equal("again", owner.Last<OfferFrom>().Sdp);

        Lose(stage, owner, when, c => c.Send(new Answer(back.Me, "answer")));
        var (ownerBack, _) = owner.Resume();
        back = Back(stage, back, when);
        Assert.IsType<Ack>(ownerBack.Send(new Answer(back.Me, "answer")));

        Assert.Equal("answer", back.Last<AnswerFrom>().Sdp);
        Assert.DoesNotContain(ownerBack.Inbox, m => m is RoomResumed r && r.Missed.Any(e => ResumeRoomTests.Decode(e) is OfferFrom or AnswerFrom));
        ExactlyTwo(stage, ownerBack, back);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Of_the_author_of_a_chat_message(LostWhen when)
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben, "ben");

        Lose(stage, ben, when, c => c.Send(new ChatMessage("once", "m1")));
        owner = Back(stage, owner, when);
        var (back, _) = ben.Resume();

        var answer = Assert.IsType<ChatMessageFrom>(back.Send(new ChatMessage("once", "m1")));
        Assert.Equal(Assert.Single(stage.Store.Chat).Id, answer.MessageId);
        Assert.Equal(1, Heard(owner));
        ExactlyTwo(stage, owner, back);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Of_the_reader_of_a_chat_message(LostWhen when)
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben, "ben");
        if (when == LostWhen.BeforeRequest)
            ben.Drop();
        ben.Deaf = when == LostWhen.AfterAnswer;
        stage.Mode = when is LostWhen.BeforeAnswer or LostWhen.Restarted ? CommitMode.Held : CommitMode.AtOnce;

        _ = owner.Send(new ChatMessage("once", "m1", ben.Me));
        ben.Drop();
        Resolve(stage, when);
        owner = Back(stage, owner, when);
        var (back, _) = ben.Resume();

        Assert.Equal(1, Heard(back));
        ExactlyTwo(stage, owner, back);
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void At_leaving(LostWhen when)
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben, "ben");

        Lose(stage, ben, when, c => c.Send(new LeaveRoom()));
        owner = Back(stage, owner, when);
        stage.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(1, stage.Room.Digest.ParticipantCount);
        Assert.NotNull(stage.Store.Stays[ben.Me].LeftAt);
        Assert.Equal(ErrorCodes.NotInRoom, Assert.IsType<Error>(ben.Resume().Answer).Code);
        Assert.Equal([owner.Me], stage.Room.Snapshot().Participants.Select(p => p.Id));
    }

    // Every chat message that a client has, by answer, event or replay; each client here knows what its older socket heard too.
    private static int Heard(TestClient client) => client.Inbox.Sum(m => m switch
    {
        ChatMessageFrom { Seq: not null } => 1,
        RoomResumed resumed => resumed.Missed.Count(e => ResumeRoomTests.Decode(e) is ChatMessageFrom),
        _ => 0,
    });

    private static void Lose(Stage stage, TestClient client, LostWhen when, Action<TestClient> request)
    {
        switch (when)
        {
            case LostWhen.BeforeRequest:
                client.Drop();
                break;
            case LostWhen.AfterAnswer:
                client.Deaf = true;
                request(client);
                client.Drop();
                break;
            default:
                stage.Mode = CommitMode.Held;
                request(client);
                client.Drop();
                Resolve(stage, when);
                break;
        }
    }

    private static void Resolve(Stage stage, LostWhen when)
    {
        if (when == LostWhen.Restarted && stage.Pending is not null)
            _ = stage.StoreUnheard();
        while (when == LostWhen.BeforeAnswer && stage.Pending is not null)
            stage.Settle(true);
        stage.Mode = CommitMode.AtOnce;
        if (when == LostWhen.Restarted)
            stage.Restart();
    }

    private static TestClient Back(Stage stage, TestClient client, LostWhen when) =>
        when == LostWhen.Restarted && client.Bound is null ? client.Resume().Client : client;

    private static void ExactlyTwo(Stage stage, TestClient one, TestClient other)
    {
        var snapshot = stage.Room.Snapshot();
        Assert.Equal(new HashSet<ParticipantId> { one.Me, other.Me }, snapshot.Participants.Where(p => !p.Waiting).Select(p => p.Id).ToHashSet());
        Assert.Equal(2, snapshot.Participants.Count);
        Assert.Equal(2, stage.Room.Connections.Count());
        stage.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((2, 0), (stage.Room.Digest.ParticipantCount, stage.Room.Digest.WaitingCount));
        _ = one.Send(new LeaveRoom());
        _ = other.Send(new LeaveRoom());
        stage.Advance(TimeSpan.FromSeconds(60));
        Assert.True(stage.Over);
        Assert.Equal(2, stage.Store.Stays.Count);
        Assert.All(stage.Store.Stays.Values, s => Assert.NotNull(s.LeftAt));
    }
}
