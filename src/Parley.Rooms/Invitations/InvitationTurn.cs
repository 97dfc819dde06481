// What the handlers of one turn of the invitation book work with.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>One turn: the state, the time, and where outputs go.</summary>
internal sealed class InvitationTurn(InvitationShelf shelf, InvitationGate gate, IInvitationEffects effects, DateTimeOffset now)
{
    public InvitationShelf Shelf => shelf;

    public DateTimeOffset Now => now;

    public void Reply(ConnectionId connection, ServerMessage message) => gate.Add(o => o.Reply(connection, message));

    public void Refuse(ConnectionId connection, string? requestId, string code, string message) =>
        Reply(connection, new Error(code, message) { Id = requestId });

    public void Tell(UserId user, ServerMessage message, ConnectionId? except = null) => gate.Add(o => o.SendToUser(user, message, except));

    public void Enter(InvitationId invitation, MeetingCode code, EnterRoom entry) => gate.Add(o => o.Enter(invitation, code, entry));

    /// <summary>Asks for the meeting of a call that was taken, unless one is being made.</summary>
    public void MakeMeeting(Invitation invitation)
    {
        if (invitation.MakingUntil is not null || invitation.InviterConnection is not { } connection)
            return;
        invitation.MakingUntil = now + shelf.Options.Making;
        shelf.Wake(invitation);
        var record = invitation.Record;
        gate.Add(o => o.CreateMeeting(record.Id, record.Inviter, connection, record.Kind));
    }

    /// <summary>Changes an invitation's record and stores it; this turn's outputs wait for that.</summary>
    public void Settle(Invitation invitation, InvitationRecord record, CallOutcome? unanswered = null)
    {
        invitation.Record = record;
        if (record.State != InvitationState.Ringing)
        {
            invitation.ForgetAt = (record.ExpiresAt > now ? record.ExpiresAt : now) + shelf.Options.Remember;
            shelf.Wake(invitation);
        }

        Store(record, unanswered);
    }

    public void Store(InvitationRecord record, CallOutcome? unanswered)
    {
        var row = unanswered is { } outcome
            ? new UnansweredCall(
                record.Id,
                record.Invited,
                new PersonView(record.Inviter.Id, record.Inviter.Name),
                record.Meeting,
                record.Code,
                record.MeetingTitle,
                outcome,
                record.SentAt,
                now)
            : null;
        gate.Store(effects, new InvitationChange(record, row));
    }
}
