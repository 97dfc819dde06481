// Who may stream into and out of a meeting: whoever is in its room, or would be by join_room without waiting (docs/protocol.md, "WHIP and WHEP").
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Features.Meetings;

namespace Parley.Server.Features.Whip;

internal sealed class MediaAccess(MeetingAccess access, IRunningRooms rooms)
{
    /// <summary>Why this user may not stream here; null when they may.</summary>
    public async Task<Problem?> RefuseAsync(MeetingRecord meeting, Principal principal, CancellationToken cancellation)
    {
        if (!principal.Covers(meeting.Code))
            return Problems.Forbidden;
        if (access.IsEnded(meeting))
            return Meetings.Errors.MeetingEnded;
        var passwordVerified = !meeting.RequiresPassword || MeetingAccess.IsOwner(meeting, principal);
        var verdict = await rooms.AskEntryAsync(meeting.Id, principal.User, passwordVerified, cancellation) ?? WithoutRoom(meeting, principal, passwordVerified);
        return verdict switch
        {
            EntryVerdict.Welcome => null,
            EntryVerdict.Ended => Meetings.Errors.MeetingEnded,
            EntryVerdict.WrongPassword => Meetings.Errors.WrongPassword,
            EntryVerdict.Removed => Errors.Removed,
            EntryVerdict.Locked => Meetings.Errors.RoomLocked,
            EntryVerdict.Full => Meetings.Errors.RoomFull,
            _ => Errors.NotAdmitted,
        };
    }

    /// <summary>While no room runs nobody has been admitted or removed.</summary>
    private static EntryVerdict WithoutRoom(MeetingRecord meeting, Principal principal, bool passwordVerified)
    {
        if (!passwordVerified)
            return EntryVerdict.WrongPassword;
        var passesLobby = !meeting.Lobby
            || MeetingAccess.IsOwner(meeting, principal)
            || principal.User.GrantedRole is ParticipantRole.Host or ParticipantRole.Cohost;
        return passesLobby ? EntryVerdict.Welcome : EntryVerdict.MustWait;
    }
}
