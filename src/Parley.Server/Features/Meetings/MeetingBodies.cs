// A meeting as its host and as the public see it.
using System.Text.Json.Serialization;
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Meetings;

/// <summary>A meeting as those who run it see it.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">What people type.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="RequiresPassword">Nobody comes in without the password.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
/// <param name="HostId">Who made it.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="JoinUrl">The link to send; null when the server does not know its own address.</param>
public sealed record MeetingBody(
    MeetingId Id,
    MeetingCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    MeetingKind Kind,
    bool Lobby,
    bool RequiresPassword,
    int MaxParticipants,
    UserId HostId,
    MeetingState State,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? StartedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? EndedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? JoinUrl);

/// <summary>A meeting as anybody with its code sees it.</summary>
/// <param name="Code">What people type.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="HostName">The running room's host, else the owner.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="RequiresPassword">Nobody comes in without the password.</param>
/// <param name="ParticipantCount">How many are in now.</param>
public sealed record PublicMeetingBody(
    MeetingCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    MeetingKind Kind,
    MeetingState State,
    string HostName,
    bool Lobby,
    bool RequiresPassword,
    int ParticipantCount);

/// <summary>Makes the bodies from the stored meeting and its running room.</summary>
internal sealed class MeetingViews(IRunningRooms rooms, Origins origins)
{
    public MeetingBody Of(MeetingRecord meeting, HttpContext context)
    {
        var room = rooms.Find(meeting.Id);
        return new MeetingBody(
            meeting.Id,
            meeting.Code,
            meeting.Title,
            meeting.Kind,
            meeting.Lobby,
            meeting.RequiresPassword,
            meeting.MaxParticipants,
            meeting.OwnerId,
            room?.State ?? meeting.State,
            meeting.CreatedAt,
            room?.StartedAt ?? meeting.StartedAt,
            meeting.EndedAt,
            origins.PublicOrigin(context.Request) is { } origin ? $"{origin}/{meeting.Code}" : null);
    }

    public PublicMeetingBody PublicOf(MeetingRecord meeting)
    {
        var room = rooms.Find(meeting.Id);
        return new PublicMeetingBody(
            meeting.Code,
            meeting.Title,
            meeting.Kind,
            room?.State ?? meeting.State,
            room?.HostName ?? meeting.OwnerName,
            meeting.Lobby,
            meeting.RequiresPassword,
            room?.ParticipantCount ?? 0);
    }
}
