// Coming back: by the same process, and after a restart.
using System.Text;
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class ResumeRoomTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");
    private static readonly UserIdentity Eve = Stage.Account(4, "Eve");

    [Fact]
    public void A_returning_participant_gets_what_was_meant_for_them_in_order_and_nothing_else()
    {
        var (stage, owner, ben, gus) = Three();
        ben.Drop();
        _ = owner.Send(new ChatMessage("to all", "1"));
        _ = owner.Send(new ChatMessage("to ben", "2", ben.Me));
        _ = owner.Send(new ChatMessage("to gus", "3", gus.Me));
        _ = gus.Send(new DataMessage(new RawJson("{\"x\":1}"u8.ToArray()), ben.Me));
        _ = owner.Send(new MuteParticipant(ben.Me));

        var (back, answer) = ben.Resume();

        var resumed = Assert.IsType<RoomResumed>(answer);
        Assert.True(resumed.Complete);
        Assert.Equal(["chat_message", "chat_message", "data_message", "media_request"], resumed.Missed.Select(m => Decode(m).Type));
        Assert.Equal(["to all", "to ben"], resumed.Missed.Select(m => Decode(m)).OfType<ChatMessageFrom>().Select(c => c.Text));
        var seqs = resumed.Missed.Select(m => Decode(m).Seq!.Value).ToList();
        Assert.Equal(seqs.Order(), seqs);
        Assert.True(seqs[0] > ben.LastSeq);
        Assert.Single(back.Inbox);
        Assert.Equal(3, stage.Room.Digest.ParticipantCount);
    }

    [Fact]
    public void Nothing_from_before_the_join_is_replayed_whatever_is_asked_for()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        _ = owner.Send(new ChatMessage("before", "1"));
        var ben = stage.Joined(Ben);

        var (_, answer) = ben.Resume(lastSeq: 0);

        Assert.Empty(Assert.IsType<RoomResumed>(answer).Missed);
    }

    [Fact]
    public void A_token_is_replaced_and_the_old_one_stays_good_until_the_new_one_is_used()
    {
        var (_, _, ben, _) = Three();
        var first = ben.Token!;
        ben.Drop();
        var (second, _) = ben.Resume();
        Assert.NotEqual(first, second.Token);

        var (third, answer) = second.Resume(token: first);
        Assert.IsType<RoomResumed>(answer);
        var (fourth, last) = third.Resume();
        Assert.IsType<RoomResumed>(last);
        Assert.Equal(ErrorCodes.NotInRoom, Code(fourth.Resume(token: second.Token).Answer));
    }

    [Fact]
    public void A_token_is_good_for_its_user_alone()
    {
        var (stage, _, ben, gus) = Three();

        var answer = stage.Connect(Eve).Send(new ResumeRoom(stage.Meeting.Code, ben.Token!, 0));

        Assert.Equal(ErrorCodes.NotInRoom, Code(answer));
        Assert.Null(ben.Closed);
        Assert.Equal(ErrorCodes.NotInRoom, Code(gus.Resume(token: ben.Token).Answer));
    }

    [Fact]
    public void A_resume_replaces_a_socket_that_still_seems_open()
    {
        var (stage, owner, ben, _) = Three();

        var (back, answer) = ben.Resume();

        Assert.IsType<RoomResumed>(answer);
        Assert.Equal(CloseCode.Replaced, ben.Closed);
        stage.Post(new ConnectionLost(ben.Connection, ben.Me));
        Assert.Empty(owner.All<ParticipantUpdated>());
        Assert.IsType<Ack>(back.Send(new RaiseHand(true)));
    }

    [Fact]
    public void Too_old_a_gap_is_said_to_be_incomplete()
    {
        var stage = new Stage(lobby: false, options: new RoomOptions { EventCapacity = 5 });
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben);
        ben.Drop();
        for (var i = 0; i < 10; i++)
            _ = owner.Send(new ChatMessage($"{i}", $"{i}"));

        var resumed = Assert.IsType<RoomResumed>(ben.Resume().Answer);

        Assert.False(resumed.Complete);
        Assert.Equal(["5", "6", "7", "8", "9"], resumed.Missed.Select(m => ((ChatMessageFrom)Decode(m)).Text));
    }

    [Fact]
    public void A_restart_restores_everything_exactly()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "b");
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));
        _ = ben.Send(new UpdateMedia(Mic: true, Camera: true, Screen: true));
        _ = ben.Send(new RaiseHand(true));
        var gus = stage.Waits(Gus, "g");
        _ = owner.Send(new LockRoom(true));
        var before = stage.Room.Snapshot();
        var seen = owner.LastSeq;

        stage.Restart(TimeSpan.FromSeconds(3));

        var after = stage.Room.Snapshot();
        Assert.Equal(Comparable(before with { State = MeetingState.Paused }), Comparable(after));
        var (benBack, answer) = ben.Resume();
        var room = Assert.IsType<RoomResumed>(answer).Room;
        Assert.Equal(2, room.Epoch);
        Assert.True(room.Seq > seen);
        var view = room.Participants.Single(p => p.Id == ben.Me);
        Assert.Equal((ParticipantRole.Cohost, true, true, true), (view.Role, view.Mic, view.Camera, view.Screen));
        Assert.Equal(Stage.Start, view.HandRaisedAt);
        Assert.Equal(gus.Me, Assert.Single(room.Waiting).Id);
        Assert.Equal(1, Assert.IsType<WaitingRoom>(gus.Resume().Answer).Position);
        var (ownerBack, _) = owner.Resume();
        Assert.Equal(owner.Me, ownerBack.Room!.HostId);
        Assert.Equal(MeetingState.Active, stage.Room.Digest.State);
        Assert.True(benBack.Last<ParticipantUpdated>().Seq > seen);
    }

    [Fact]
    public void After_a_restart_missed_chat_is_there_private_to_its_two_ends()
    {
        var (stage, owner, ben, gus) = Three();
        ben.Drop();
        gus.Drop();
        _ = owner.Send(new ChatMessage("to all", "1"));
        _ = owner.Send(new ChatMessage("to ben", "2", ben.Me));
        stage.Restart();

        var bens = Assert.IsType<RoomResumed>(ben.Resume().Answer);
        var guss = Assert.IsType<RoomResumed>(gus.Resume().Answer);
        var owners = Assert.IsType<RoomResumed>(owner.Resume().Answer);

        Assert.Equal(["to all", "to ben"], bens.Missed.Select(Decode).OfType<ChatMessageFrom>().Select(c => c.Text));
        Assert.Equal(["to all"], guss.Missed.Select(Decode).OfType<ChatMessageFrom>().Select(c => c.Text));
        Assert.Empty(owners.Missed.Select(Decode).OfType<ChatMessageFrom>());
        Assert.False(bens.Complete);
    }

    [Fact]
    public void After_a_restart_a_repeated_join_is_the_same_participant_with_a_working_token()
    {
        var (stage, _, ben, _) = Three();
        stage.Restart();
        var back = stage.Connect(Ben);

        Assert.Equal(ben.Me, Assert.IsType<JoinedRoom>(back.Join("c2")).Room.Me);

        Assert.IsType<RoomResumed>(back.Resume().Answer);
        Assert.Equal(3, stage.Room.Digest.ParticipantCount);
    }

    [Fact]
    public void Who_does_not_come_back_after_a_restart_is_gone_after_a_fresh_grace_period()
    {
        var (stage, owner, ben, _) = Three();
        stage.Restart(TimeSpan.FromMinutes(5));
        stage.Advance(TimeSpan.FromSeconds(20));
        var (back, _) = owner.Resume();

        stage.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["timeout", "timeout"], back.All<ParticipantLeft>().Select(l => l.Reason));
        Assert.Equal(ErrorCodes.NotInRoom, Code(ben.Resume().Answer));
    }

    [Fact]
    public void Epoch_rises_and_seq_never_falls_over_many_restarts()
    {
        var (stage, owner, _, _) = Three();
        var last = 0L;
        for (var epoch = 2; epoch < 6; epoch++)
        {
            _ = owner.Send(new Reaction("🎉"));
            Assert.True(owner.LastSeq > last);
            last = owner.LastSeq;
            stage.Restart();
            (owner, var answer) = owner.Resume();
            Assert.Equal(epoch, Assert.IsType<RoomResumed>(answer).Room.Epoch);
        }
    }

    [Fact]
    public void A_paused_room_is_active_again_when_one_is_back()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        owner.Drop();
        Assert.Equal(MeetingState.Paused, stage.Room.Digest.State);
        Assert.Equal(MeetingState.Paused, stage.Store.Status?.State);

        var (_, answer) = owner.Resume();

        Assert.Equal(MeetingState.Active, Assert.IsType<RoomResumed>(answer).Room.State);
    }

    [Fact]
    public void An_empty_room_ends_after_its_time_unless_somebody_waits()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var gus = stage.Waits(Gus);
        _ = owner.Send(new LeaveRoom());
        stage.Advance(TimeSpan.FromMinutes(10));
        Assert.False(stage.Over);

        gus.Drop();
        stage.Advance(TimeSpan.FromSeconds(89));
        Assert.False(stage.Over);
        stage.Advance(TimeSpan.FromSeconds(1));

        Assert.True(stage.Over);
        Assert.Equal(MeetingState.Ended, stage.Store.Status?.State);
        Assert.All(stage.Store.Stays.Values, s => Assert.NotNull(s.LeftAt));
    }

    [Fact]
    public void A_room_nobody_ever_entered_goes_without_ending_its_meeting()
    {
        var stage = new Stage();
        var gus = stage.Waits(Gus);
        _ = gus.Send(new LeaveRoom());

        stage.Advance(TimeSpan.FromSeconds(61));

        Assert.True(stage.Over);
        Assert.Equal(MeetingState.Created, stage.Store.Status?.State);
    }

    internal static ServerMessage Decode(RawJson json) => MessageCodec.DecodeServer(json.Utf8).Message!;

    // Records with lists compare by reference; their JSON compares by value.
    private static string Comparable(RoomSnapshot snapshot) =>
        Encoding.UTF8.GetString((snapshot with { Epoch = 0, Version = 0, Seq = 0, SeqReserved = 0 }).ToJson());

    private static (Stage Stage, TestClient Owner, TestClient Ben, TestClient Gus) Three()
    {
        var stage = new Stage(lobby: false);
        return (stage, stage.Joined(Stage.Owner), stage.Joined(Ben), stage.Joined(Gus));
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
