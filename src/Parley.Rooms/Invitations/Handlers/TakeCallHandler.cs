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

        if (invitation.Record.Code is { } code)
        {
            EnterInvited(turn, invitation, code, take.Connection, take.User, take.Request.Id);
            if (invitation.Record.State == InvitationState.Ringing)
                Accept(turn, invitation, take.Connection);
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

    public static void RefuseTakers(InvitationTurn turn, Invitation invitation, string code, string message)
    {
        foreach (var taker in invitation.Takers)
            turn.Refuse(taker.Connection, taker.RequestId, code, message);
        invitation.Takers.Clear();
    }

    private static void Begin(InvitationTurn turn, Invitation invitation, MeetingSettings meeting)
    {
        // A later acceptance finds the meeting made, even if nobody waits for it any longer.
        var record = invitation.Record with { Meeting = meeting.Id, Code = meeting.Code, MeetingTitle = meeting.Title };
        if (invitation.Takers.Count == 0)
        {
            turn.Settle(invitation, record);
            return;
        }

        invitation.Record = record;
        Accept(turn, invitation, invitation.Takers[0].Connection);
        if (invitation.InviterConnection is { } connection)
        {
            var join = new JoinRoom(meeting.Code, ClientId: $"call:{invitation.Id}:inviter");
            turn.Enter(meeting.Code, new EnterRoom(connection, record.Inviter, join, EntryPass.LobbyAndLock, EntryReply.RoomCreated));
        }

        foreach (var taker in invitation.Takers)
            EnterInvited(turn, invitation, meeting.Code, taker.Connection, taker.User, taker.RequestId);
        invitation.Takers.Clear();
    }

    // The inviter went into another room meanwhile: this call is over.
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

    private static void EnterInvited(
        InvitationTurn turn,
        Invitation invitation,
        MeetingCode code,
        ConnectionId connection,
        UserIdentity user,
        string? requestId)
    {
        var join = new JoinRoom(code, ClientId: $"call:{invitation.Id}") { Id = requestId };
        turn.Enter(code, new EnterRoom(connection, user, join, invitation.Record.Pass, EntryReply.Invitation));
    }
}
