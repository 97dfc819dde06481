// `accept_invitation`: leads into the inviter's room, or into one that is made now.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class TakeCallHandler
{
    public static void Handle(InvitationTurn turn, TakeCall take)
    {
        var invitation = turn.Shelf.Find(take.Request.InvitationId);
        if (invitation is null || invitation.Record.Invited != take.User.Id
            || invitation.Record.State is not (InvitationState.Ringing or InvitationState.Accepted))
        {
            turn.Refuse(take.Connection, take.Request.Id, ErrorCodes.InvitationNotFound, "No such call rings.");
            return;
        }

        if (take.Here is not null && take.Here != invitation.Record.Code)
        {
            turn.Refuse(take.Connection, take.Request.Id, ErrorCodes.AlreadyInRoom, "This connection is in a room.");
            return;
        }

        if (invitation.Record.Code is { } code)
        {
            // Accepted is what the room lets in: until then it rings, and goes on ringing when the room refuses.
            if (invitation.Record.State == InvitationState.Ringing)
                AwaitEntry(turn, invitation, take.Connection);
            EnterInvited(turn, invitation, code, take.Connection, take.User, take.Request.Id);
            return;
        }

        // The inviter may be off the network for a moment: who took the call waits for them until it would have been missed.
        invitation.Takers.Add((take.Connection, take.User, take.Request.Id));
        turn.MakeMeeting(invitation);
    }

    public static void Handle(InvitationTurn turn, MeetingMade made)
    {
        var invitation = turn.Shelf.Find(made.Invitation);
        if (invitation is not { MakingUntil: not null, Record.State: InvitationState.Ringing })
            return;
        invitation.MakingUntil = null;
        turn.Shelf.Wake(invitation);
        if (made.Meeting is { } meeting)
            Begin(turn, invitation, meeting);
        else if (made.Fault == ErrorCodes.AlreadyInRoom)
            Void(turn, invitation);
        else if (made.Fault != ErrorCodes.UserOffline)
            RefuseTakers(turn, invitation, ErrorCodes.Internal, "The meeting could not be made; try again.");
        else
            invitation.InviterConnection = null;
    }

    public static void Handle(InvitationTurn turn, EntryDecided decided)
    {
        var invitation = turn.Shelf.Find(decided.Invitation);
        if (invitation is null || !invitation.Entering.Remove(decided.Connection))
            return;
        if (invitation.Entering.Count == 0)
            invitation.EnteringUntil = null;
        if (invitation.Record.State != InvitationState.Ringing)
            return;
        turn.Shelf.Wake(invitation);
        if (decided.Fault is null)
            Accept(turn, invitation, decided.Connection);
        else if (decided.Fault is ErrorCodes.MeetingEnded or ErrorCodes.MeetingNotFound or ErrorCodes.Removed)
            Void(turn, invitation);
    }

    public static void RefuseTakers(InvitationTurn turn, Invitation invitation, string code, string message)
    {
        foreach (var taker in invitation.Takers)
            turn.Refuse(taker.Connection, taker.RequestId, code, message);
        invitation.Takers.Clear();
    }

    private static void Begin(InvitationTurn turn, Invitation invitation, MeetingSettings meeting)
    {
        // Whoever took the call is gone again. It rings on, and a later acceptance is led here by way of the inviter, who must be in first.
        if (invitation.Takers.Count == 0)
            return;
        var record = invitation.Record with { Meeting = meeting.Id, Code = meeting.Code, MeetingTitle = meeting.Title };
        invitation.Record = record;
        Accept(turn, invitation, invitation.Takers[0].Connection);
        if (invitation.InviterConnection is { } connection)
        {
            var join = new JoinRoom(meeting.Code, ClientId: $"call:{invitation.Id}:inviter");
            turn.Enter(invitation.Id, meeting.Code, new EnterRoom(connection, record.Inviter, join, EntryPass.LobbyAndLock, EntryReply.RoomCreated));
        }

        foreach (var taker in invitation.Takers)
            EnterInvited(turn, invitation, meeting.Code, taker.Connection, taker.User, taker.RequestId);
        invitation.Takers.Clear();
    }

    // Nothing can come of it any more: the inviter went into another room meanwhile, the meeting is over, or the invited user was removed from it.
    private static void Void(InvitationTurn turn, Invitation invitation)
    {
        turn.Settle(invitation, invitation.Record with { State = InvitationState.Cancelled }, CallOutcome.Missed);
        RefuseTakers(turn, invitation, ErrorCodes.InvitationNotFound, "The caller is in another room by now.");
        turn.Tell(invitation.Record.Invited, new InvitationCancelled(invitation.Id));
        turn.Tell(invitation.Record.Inviter.Id, new InvitationCancelled(invitation.Id));
    }

    private static void Accept(InvitationTurn turn, Invitation invitation, ConnectionId taker)
    {
        turn.Settle(invitation, invitation.Record with { State = InvitationState.Accepted });
        var accepted = new InvitationAccepted(invitation.Id, invitation.Record.Code ?? default);
        turn.Tell(invitation.Record.Inviter.Id, accepted);
        turn.Tell(invitation.Record.Invited, accepted, taker);
    }

    private static void AwaitEntry(InvitationTurn turn, Invitation invitation, ConnectionId connection)
    {
        _ = invitation.Entering.Add(connection);
        invitation.EnteringUntil = turn.Now + turn.Shelf.Options.Making;
        turn.Shelf.Wake(invitation);
    }

    private static void EnterInvited(
        InvitationTurn turn,
        Invitation invitation,
        MeetingCode code,
        ConnectionId connection,
        UserIdentity user,
        string? requestId)
    {
        var join = new JoinRoom(code, ClientId: $"call:{invitation.Id}") { Id = requestId };
        turn.Enter(invitation.Id, code, new EnterRoom(connection, user, join, invitation.Record.Pass, EntryReply.Invitation));
    }
}
