// The ways into a room: join_room and resume_room up to the room's own decision, and entries by invitation.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Auth;
using Parley.Server.Features.Meetings;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Rooms;

/// <summary>Leads connections into rooms.</summary>
internal sealed class RoomEntries(
    RoomDirectory directory,
    MeetingStore meetings,
    MeetingPasswords passwords,
    SessionTable sessions,
    EntryMeters meters,
    TimeProvider clock,
    ILogger<RoomEntries> logger)
{
    // A room may end between its being found and its being asked; more often than this in a row it does not.
    private const int Attempts = 3;

    // Longer than a room ever holds an answer back.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    private static readonly Refusal NotFound = new(ErrorCodes.MeetingNotFound, "No meeting has this code.");
    private static readonly Refusal Over = new(ErrorCodes.MeetingEnded, "The meeting is over.");
    private static readonly Refusal OtherRoom = new(ErrorCodes.AlreadyInRoom, "This connection is in a room.");
    private static readonly Refusal OtherToken = new(ErrorCodes.Forbidden, "The token is for another meeting.");
    private static readonly Refusal WrongPassword = new(ErrorCodes.WrongPassword, "The password is wrong or missing.");
    private static readonly Refusal Busy = new(ErrorCodes.Internal, "The room cannot be reached at the moment; try again.");

    /// <summary>join_room.</summary>
    public async ValueTask JoinAsync(Session session, Principal principal, JoinRoom request)
    {
        var entry = await EnterAsync(session, principal, request.Code, EntryKind.Join, request.Id, () => TryJoinAsync(session, principal, request));
        await entry.Settled;
    }

    /// <summary>resume_room.</summary>
    public async ValueTask ResumeAsync(Session session, Principal principal, ResumeRoom request)
    {
        var command = new ResumePresence(session.Id, principal.User, request);
        var entry = await EnterAsync(session, principal, request.Code, EntryKind.Resume, request.Id, () => ToRoomAsync(request.Code, command));
        await entry.Settled;
    }

    /// <summary>An accepted invitation, or the inviter's way into the room that was made for it. Completes when the room has been asked; the entry says how it ends.</summary>
    public async ValueTask<Entry> EnterByInvitationAsync(MeetingCode code, EnterRoom command)
    {
        if (sessions.Find(command.Connection) is { Principal: { } principal } session)
            return await EnterAsync(session, principal, code, EntryKind.Invitation, command.Request.Id, () => ToRoomAsync(code, command));
        return NoEntry(code, EntryKind.Invitation, ErrorCodes.UserOffline);
    }

    /// <summary>Leads a command that came after its room's end to the room that stands in its place, or refuses it.</summary>
    public void Redeliver(MeetingCode code, ConnectionId connection, string? id, RoomCommand command) => _ = RedeliverAsync(code, connection, id, command);

    private async Task RedeliverAsync(MeetingCode code, ConnectionId connection, string? id, RoomCommand command)
    {
        Refusal? refusal;
        try
        {
            refusal = await ToRoomAsync(code, command);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.RequestFailed(connection.Value, command.GetType().Name, exception);
            refusal = Busy;
        }

        if (refusal is not null && sessions.Find(connection) is { } session)
            Refuse(session, session.PendingEntry, id, refusal);
    }

    // Asks the room. Whatever becomes of it, the entry is settled some time.
    private async ValueTask<Entry> EnterAsync(
        Session session,
        Principal principal,
        MeetingCode code,
        EntryKind kind,
        string? id,
        Func<ValueTask<Refusal?>> ask)
    {
        if (session.BeginEntry(code, kind) is not { } entry)
        {
            Refuse(session, null, id, OtherRoom);
            return NoEntry(code, kind, OtherRoom.Code);
        }

        try
        {
            var refusal = principal.Covers(code) ? await ask() : OtherToken;
            if (refusal is not null)
                Refuse(session, entry, id, refusal);
            else if (!entry.Settled.IsCompleted)
                _ = GiveUpLateAsync(session, entry);
            return entry;
        }
        catch
        {
            session.EndEntry(entry, ErrorCodes.Internal);
            throw;
        }
    }

    // A room that breaks in the very turn of the entry answers nobody who is not in it yet.
    private async Task GiveUpLateAsync(Session session, Entry entry)
    {
        try
        {
            await entry.Settled.WaitAsync(AnswerPatience, clock);
        }
        catch (TimeoutException)
        {
            session.EndEntry(entry, ErrorCodes.Internal);
        }
    }

    private Entry NoEntry(MeetingCode code, EntryKind kind, string fault)
    {
        var entry = new Entry(code, kind, clock.GetTimestamp());
        entry.Settle(fault);
        return entry;
    }

    private async ValueTask<Refusal?> TryJoinAsync(Session session, Principal principal, JoinRoom request)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await meetings.FindByCodeAsync(request.Code) is not { } meeting)
                return NotFound;
            if (meeting.State == MeetingState.Ended)
                return Over;
            var check = meeting.OwnerId == principal.User.Id
                ? new PasswordCheck(PasswordVerdict.Accepted)
                : await passwords.CheckAsync(meeting.Id, meeting.PasswordHash, request.Password, session.Address, CancellationToken.None);
            if (check.Verdict == PasswordVerdict.RateLimited)
                return new Refusal(ErrorCodes.RateLimited, "Too many wrong passwords; wait a moment.", (int)Math.Ceiling(check.RetryAfter.TotalSeconds));

            // With a wrong password nobody starts a room, but who is in already may repeat a join whose answer was lost.
            var verified = check.Verdict == PasswordVerdict.Accepted;
            var room = verified ? await directory.GetOrStartAsync(meeting.Id) : directory.Find(meeting.Id);
            if (room is null)
                return verified ? Over : WrongPassword;
            if (room.TryPost(new EnterRoom(session.Id, principal.User, request, PasswordVerified: verified)))
                return null;
            if (!room.Actor.IsClosed)
                return Busy;
        }

        return Busy;
    }

    private async ValueTask<Refusal?> ToRoomAsync(MeetingCode code, RoomCommand command)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // A running room is reached without the database, so that people come back while it is away.
            var room = directory.Find(code);
            if (room is null)
            {
                if (await meetings.FindByCodeAsync(code) is not { } meeting)
                    return NotFound;
                room = meeting.State == MeetingState.Ended ? null : await directory.GetOrStartAsync(meeting.Id);
                if (room is null)
                    return Over;
            }

            if (room.TryPost(command))
                return null;
            if (!room.Actor.IsClosed)
                return Busy;
        }

        return Busy;
    }

    private void Refuse(Session session, Entry? entry, string? id, Refusal refusal)
    {
        if (entry is null)
        {
            session.Refuse(id, refusal.Code, refusal.Message, refusal.RetryAfter);
            return;
        }

        meters.Refused(entry, refusal.Code);
        session.Refuse(entry, id, refusal.Code, refusal.Message, refusal.RetryAfter);
    }

    private sealed record Refusal(string Code, string Message, int? RetryAfter = null);
}
