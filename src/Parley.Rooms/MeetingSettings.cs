// The durable facts of a meeting that its room works with.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>A meeting's settings.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">Its code.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="OwnerId">Who made it; host whenever they are in.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="MaxParticipants">How many may be in at once, 2 to 500.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record MeetingSettings(
    MeetingId Id,
    MeetingCode Code,
    string? Title,
    MeetingKind Kind,
    UserId OwnerId,
    bool Lobby,
    int MaxParticipants,
    DateTimeOffset CreatedAt);
