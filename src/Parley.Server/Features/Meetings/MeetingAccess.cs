// Finds the meeting of a route and says what the asking user is to it.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

internal sealed class MeetingAccess(MeetingStore store, IRunningRooms rooms)
{
    /// <summary>The meeting with a code as people write it; null when there is none.</summary>
    public async Task<MeetingRecord?> FindAsync(string code, CancellationToken cancellation) =>
        MeetingCode.TryParse(code, out var parsed) ? await store.FindByCodeAsync(parsed, cancellation) : null;

    public static bool IsOwner(MeetingRecord meeting, Principal? principal) => principal?.User.Id == meeting.OwnerId;

    /// <summary>The owner, or whoever holds the host role in the running room.</summary>
    public bool IsHost(MeetingRecord meeting, Principal principal) =>
        IsOwner(meeting, principal) || rooms.Find(meeting.Id)?.HostUserId == principal.User.Id;

    /// <summary>Over for good, by its row or by its room whose end is not stored yet.</summary>
    public bool IsEnded(MeetingRecord meeting) => meeting.State == MeetingState.Ended || rooms.Find(meeting.Id)?.State == MeetingState.Ended;
}
