// The objects that messages carry: user, participant, room (docs/protocol.md, "room" and "participant").
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A user as its owner sees it.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">1 to 80 characters.</param>
/// <param name="Guest">True for a guest, who has only a name.</param>
/// <param name="Email">Only for an account, and only to itself.</param>
public sealed record UserView(UserId Id, string Name, bool Guest, string? Email = null);

/// <summary>A person as others see them in history and invitations.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">The name they had.</param>
public sealed record PersonView(UserId Id, string Name);

/// <summary>A participant as everybody in the room sees them.</summary>
/// <param name="Id">The participant's id, kept from the waiting room on.</param>
/// <param name="UserId">Whose presence it is.</param>
/// <param name="Name">The shown name.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Guest">True for a guest.</param>
/// <param name="Mic">The microphone is open.</param>
/// <param name="Camera">The camera is on.</param>
/// <param name="Screen">A screen is shared.</param>
/// <param name="HandRaisedAt">When the hand went up; null while it is down.</param>
/// <param name="Connection">Whether their socket is there.</param>
/// <param name="JoinedAt">When they came in, or asked to.</param>
public sealed record ParticipantView(
    ParticipantId Id,
    UserId UserId,
    string Name,
    ParticipantRole Role,
    bool Guest,
    bool Mic,
    bool Camera,
    bool Screen,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? HandRaisedAt,
    ConnectionState Connection,
    DateTimeOffset JoinedAt);

/// <summary>A room as one participant sees it: always a fresh snapshot.</summary>
/// <param name="Code">The meeting's code.</param>
/// <param name="Title">The meeting's title; null when it has none.</param>
/// <param name="Kind">What the room carries.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="HostId">The host as a participant; null while nobody is in.</param>
/// <param name="Locked">Nobody new comes in.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="Mode">How media travels.</param>
/// <param name="Epoch">Rises when the room is rebuilt and when <paramref name="Mode"/> changes.</param>
/// <param name="Seq">The number of the last event before this snapshot.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
/// <param name="Me">One's own participant id.</param>
/// <param name="ResumeToken">What resume_room needs; replaced at each resume.</param>
/// <param name="Participants">Everybody who is in, oneself included, in the order they joined.</param>
/// <param name="Waiting">Who waits, in order; empty for those who cannot admit.</param>
public sealed record RoomView(
    MeetingCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    MeetingKind Kind,
    MeetingState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ParticipantId? HostId,
    bool Locked,
    bool Lobby,
    RoomMode Mode,
    int Epoch,
    long Seq,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? StartedAt,
    int MaxParticipants,
    ParticipantId Me,
    string ResumeToken,
    IReadOnlyList<ParticipantView> Participants,
    IReadOnlyList<ParticipantView> Waiting);

/// <summary>The part of a room that room_updated tells to everybody.</summary>
/// <param name="Code">The meeting's code.</param>
/// <param name="Title">The meeting's title; null when it has none.</param>
/// <param name="Kind">What the room carries.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="HostId">The host as a participant; null while nobody is in.</param>
/// <param name="Locked">Nobody new comes in.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="Mode">How media travels.</param>
/// <param name="Epoch">Rises when the room is rebuilt and when <paramref name="Mode"/> changes.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
public sealed record RoomSummary(
    MeetingCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    MeetingKind Kind,
    MeetingState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ParticipantId? HostId,
    bool Locked,
    bool Lobby,
    RoomMode Mode,
    int Epoch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? StartedAt,
    int MaxParticipants);

/// <summary>Where to find STUN and TURN, as RTCIceServer.</summary>
/// <param name="Urls">One or more stun:, turn: or turns: URLs.</param>
/// <param name="Username">For TURN.</param>
/// <param name="Credential">For TURN.</param>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);

/// <summary>Which of one's own media are open; what is left out keeps its state.</summary>
/// <param name="Mic">The microphone is open.</param>
/// <param name="Camera">The camera is on.</param>
public sealed record MediaState(bool Mic = false, bool Camera = false);
