// Whether somebody could come in, asked without coming; and whose streams have to end.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class AskEntryTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");

    [Fact]
    public void The_lobby_holds_who_was_not_admitted_and_never_the_owner_or_a_granted_role()
    {
        var stage = new Stage();
        Assert.Equal(EntryVerdict.Welcome, Ask(stage, Stage.Owner));
        Assert.Equal(EntryVerdict.MustWait, Ask(stage, Ben));
        Assert.Equal(EntryVerdict.Welcome, Ask(stage, Ben with { GrantedRole = ParticipantRole.Cohost }));
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        Assert.Equal(EntryVerdict.MustWait, Ask(stage, Ben));
        _ = owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me)));
        _ = ben.Send(new LeaveRoom());
        Assert.Equal(EntryVerdict.Welcome, Ask(stage, Ben));
        Assert.Equal(EntryVerdict.MustWait, Ask(stage, Gus));
    }

    [Fact]
    public void Who_is_in_is_welcome_whatever_has_changed_since_and_others_are_refused_in_the_order_of_joining()
    {
        var stage = new Stage(lobby: false, max: 2);
        var owner = stage.Joined(Stage.Owner);
        _ = stage.Joined(Ben);
        Assert.Equal(EntryVerdict.Full, Ask(stage, Gus));
        _ = owner.Send(new LockRoom(true));
        Assert.Equal(EntryVerdict.Locked, Ask(stage, Gus));
        Assert.Equal(EntryVerdict.WrongPassword, Ask(stage, Gus, passwordVerified: false));
        Assert.Equal(EntryVerdict.Welcome, Ask(stage, Ben, passwordVerified: false));
        Assert.Equal(EntryVerdict.Welcome, Ask(stage, Stage.Owner, passwordVerified: false));
    }

    [Fact]
    public void A_removed_user_is_not_welcome_and_their_streams_end()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben);
        _ = owner.Send(new RemoveParticipant(ben.Me));
        Assert.Equal(EntryVerdict.Removed, Ask(stage, Ben));
        Assert.Equal<UserId?>([Ben.Id], stage.EndedStreams);
    }

    [Fact]
    public void The_end_of_the_room_ends_all_streams_and_the_end_of_its_emptiness_too()
    {
        var ended = new Stage(lobby: false);
        var owner = ended.Joined(Stage.Owner);
        _ = owner.Send(new EndRoom());
        Assert.Equal<UserId?>([null], ended.EndedStreams);

        var deserted = new Stage(lobby: false);
        _ = deserted.Joined(Stage.Owner).Send(new LeaveRoom());
        Assert.Empty(deserted.EndedStreams);
        deserted.Advance(deserted.Options.Empty);
        Assert.Equal<UserId?>([null], deserted.EndedStreams);
    }

    [Fact]
    public void A_room_that_nobody_entered_goes_and_its_meeting_lives_on_with_its_streams()
    {
        var stage = new Stage(lobby: false);
        stage.Advance(stage.Options.Empty);
        Assert.True(stage.Over);
        Assert.Empty(stage.EndedStreams);
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var (digest, version, heard) = (stage.Room.Digest, stage.Room.Snapshot().Version, owner.Inbox.Count);
        _ = Ask(stage, Ben);
        Assert.Equal((digest, version, heard), (stage.Room.Digest, stage.Room.Snapshot().Version, owner.Inbox.Count));
    }

    private static EntryVerdict? Ask(Stage stage, UserIdentity user, bool passwordVerified = true)
    {
        EntryVerdict? answer = null;
        stage.Post(new AskEntry(user, passwordVerified, verdict => answer = verdict));
        return answer;
    }
}
