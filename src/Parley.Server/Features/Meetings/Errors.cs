// The errors of meetings.
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Meetings;

/// <summary>Errors under /api/meetings.</summary>
internal static class Errors
{
    public static Problem MeetingNotFound { get; } = new(404, "meeting_not_found", "There is no meeting with this code.");

    public static Problem MeetingEnded { get; } = new(410, "meeting_ended", "The meeting is over.");

    public static Problem WrongPassword { get; } = new(403, "wrong_password", "The meeting's password is wrong or missing.");

    public static Problem RoomLocked { get; } = new(423, "room_locked", "The host has locked the room.");

    public static Problem RoomFull { get; } = new(409, "room_full", "The room is full.");

    public static Problem NotHost { get; } = new(403, "not_host", "Only the host may do this.");

    public static Problem NotOwner { get; } = new(403, "not_owner", "Only the owner of the meeting may do this.");

    public static Problem NotAParticipant { get; } = new(403, "not_a_participant", "Only those who took part may read this.");
}
