// `invite`: rings every connection of a user.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RingUserHandler
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    public static void Handle(InvitationTurn turn, RingUser ring)
    {
        var request = ring.Request;
        if (ring.Inviter.Kind != UserKind.Account || request.UserId == ring.Inviter.Id)
        {
            turn.Refuse(ring.Connection, request.Id, ErrorCodes.Forbidden, "Accounts ring other accounts.");
            return;
        }

        var sent = turn.Shelf.SentBy(ring.Inviter.Id);
        if (FindSame(sent, ring) is { } same)
        {
            Repeat(turn, ring, same);
            return;
        }

        if (RetryAfter(turn, sent) is { } seconds)
        {
            turn.Reply(ring.Connection, new Error(ErrorCodes.RateLimited, "Too many calls at once.", seconds) { Id = request.Id });
            return;
        }

        var invitation = Begin(turn, ring);
        Answer(turn, ring, invitation);
        if (invitation.Record.State == InvitationState.Ringing)
            turn.Tell(request.UserId, Incoming(invitation.Record));
    }

    public static IncomingInvitation Incoming(InvitationRecord record) => new(
        record.Id,
        new PersonView(record.Inviter.Id, record.Inviter.Name),
        record.Kind,
        record.ExpiresAt,
        record.Code);

    // The same client_id is the same ring for as long as it is remembered; without one, a second ring of the same person into the same place joins the first.
    private static Invitation? FindSame(IReadOnlyList<Invitation> sent, RingUser ring)
    {
        foreach (var invitation in sent)
        {
            var record = invitation.Record;
            if (ring.Request.ClientId is { } clientId && record.ClientId == clientId)
                return invitation;
            if (record.State == InvitationState.Ringing && record.Invited == ring.Request.UserId && record.Meeting == ring.Room?.Id)
                return invitation;
        }

        return null;
    }

    private static void Repeat(InvitationTurn turn, RingUser ring, Invitation same)
    {
        if (same.Record.State == InvitationState.Ringing && same.InviterConnection != ring.Connection)
        {
            same.InviterConnection = ring.Connection;
            if (same.Takers.Count > 0)
                turn.MakeMeeting(same);
        }

        Answer(turn, ring, same);

        // The inviter may have been away when it ended.
        if (!same.WasOffline && same.Outcome is { } outcome)
            turn.Reply(ring.Connection, outcome);
    }

    private static void Answer(InvitationTurn turn, RingUser ring, Invitation invitation)
    {
        if (invitation.WasOffline)
            turn.Refuse(ring.Connection, ring.Request.Id, ErrorCodes.UserOffline, "They are not online; they will find a missed call.");
        else
            turn.Reply(ring.Connection, new InvitationSent(invitation.Id, invitation.Record.Code) { Id = ring.Request.Id });
    }

    private static Invitation Begin(InvitationTurn turn, RingUser ring)
    {
        var record = new InvitationRecord(
            new InvitationId(turn.Shelf.Entropy.NewId(turn.Now)),
            ring.Inviter,
            ring.Request.UserId,
            ring.Request.ClientId,
            ring.Room?.Id,
            ring.Room?.Code,
            ring.Room?.Title,
            ring.Room?.Kind ?? ring.Request.Kind ?? MeetingKind.Video,
            ring.Room is null ? EntryPass.LobbyAndLock : ring.Pass,
            turn.Now,
            ring.InvitedOnline ? turn.Now + turn.Shelf.Options.Ring : turn.Now,
            ring.InvitedOnline ? InvitationState.Ringing : InvitationState.Missed);
        var invitation = new Invitation(record) { InviterConnection = ring.Connection };
        turn.Shelf.Add(invitation);
        turn.Settle(invitation, record, ring.InvitedOnline ? null : CallOutcome.Missed);
        return invitation;
    }

    // Seconds to wait when a limit is reached; null when none is.
    private static int? RetryAfter(InvitationTurn turn, IReadOnlyList<Invitation> sent)
    {
        var ringing = 0;
        var recent = 0;
        var oldest = turn.Now;
        foreach (var invitation in sent)
        {
            if (invitation.Record.State == InvitationState.Ringing)
                ringing++;
            if (turn.Now - invitation.Record.SentAt >= RateWindow)
                continue;
            recent++;
            if (invitation.Record.SentAt < oldest)
                oldest = invitation.Record.SentAt;
        }

        if (recent >= turn.Shelf.Options.RingsPerMinute)
            return (int)Math.Ceiling((oldest + RateWindow - turn.Now).TotalSeconds);
        return ringing >= turn.Shelf.Options.RingingPerInviter ? (int)Math.Ceiling(turn.Shelf.Options.Ring.TotalSeconds) : null;
    }
}
