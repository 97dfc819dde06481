// The closed sets of the contract, written in snake_case on the wire.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>What a meeting carries.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MeetingKind>))]
public enum MeetingKind
{
    /// <summary>Camera, microphone, screen and data.</summary>
    Video,

    /// <summary>Microphone, screen and data; no camera.</summary>
    Audio,

    /// <summary>Data channels and chat alone.</summary>
    Data,
}

/// <summary>A meeting's life: created → active → paused → ended.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MeetingState>))]
public enum MeetingState
{
    /// <summary>Nobody has been in yet.</summary>
    Created,

    /// <summary>Somebody is in.</summary>
    Active,

    /// <summary>Everybody who is left is reconnecting.</summary>
    Paused,

    /// <summary>Over for good.</summary>
    Ended,
}

/// <summary>What a participant may do.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ParticipantRole>))]
public enum ParticipantRole
{
    /// <summary>No power over others.</summary>
    Participant,

    /// <summary>Moderates, but does not end the room or give roles.</summary>
    Cohost,

    /// <summary>Holds every power; one a room.</summary>
    Host,
}

/// <summary>Whether a participant's socket is there.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ConnectionState>))]
public enum ConnectionState
{
    /// <summary>A socket is attached.</summary>
    Connected,

    /// <summary>The socket was lost; the grace period runs.</summary>
    Reconnecting,
}

/// <summary>How media travels.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RoomMode>))]
public enum RoomMode
{
    /// <summary>Browser to browser.</summary>
    Mesh,

    /// <summary>Through the media server.</summary>
    Sfu,
}

/// <summary>What a media section of an offer or answer carries.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<TrackSource>))]
public enum TrackSource
{
    /// <summary>The microphone.</summary>
    Mic,

    /// <summary>The camera.</summary>
    Camera,

    /// <summary>The shared screen or its sound.</summary>
    Screen,
}
