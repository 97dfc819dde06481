// One person's presence in a room or in its waiting room.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>A presence while it lasts; <see cref="RoomState"/> owns it.</summary>
internal sealed class Participant
{
    public required ParticipantId Id { get; init; }

    public required UserIdentity User { get; init; }

    public required string Name { get; init; }

    public required string? ClientId { get; init; }

    public required ResumeToken Resume { get; init; }

    public ParticipantRole Role { get; set; }

    public ParticipantRole PriorRole { get; set; }

    public bool Waiting { get; set; }

    public long Order { get; set; }

    public bool Mic { get; set; }

    public bool Camera { get; set; }

    public bool Screen { get; set; }

    public DateTimeOffset? HandRaisedAt { get; set; }

    public DateTimeOffset JoinedAt { get; set; }

    public long EnteredSeq { get; set; }

    public bool FromLobby { get; set; }

    /// <summary>The present socket; null while the grace period runs.</summary>
    public ConnectionId? Connection { get; set; }

    /// <summary>When the grace period ends; null while the socket is there.</summary>
    public DateTimeOffset? GraceUntil { get; set; }

    /// <summary>The position in the waiting room that they know of.</summary>
    public int ToldPosition { get; set; }

    /// <summary>The version of the room's face that they know of.</summary>
    public FaceVersion ToldFace { get; set; }

    public bool Moderates => !Waiting && Role >= ParticipantRole.Cohost;

    public static Participant From(ParticipantSnapshot snapshot, DateTimeOffset graceUntil) => new()
    {
        Id = snapshot.Id,
        User = snapshot.User,
        Name = snapshot.Name,
        ClientId = snapshot.ClientId,
        Role = snapshot.Role,
        PriorRole = snapshot.PriorRole,
        Waiting = snapshot.Waiting,
        Order = snapshot.Order,
        Mic = snapshot.Mic,
        Camera = snapshot.Camera,
        Screen = snapshot.Screen,
        HandRaisedAt = snapshot.HandRaisedAt,
        JoinedAt = snapshot.JoinedAt,
        EnteredSeq = snapshot.EnteredSeq,
        FromLobby = snapshot.FromLobby,
        Resume = new ResumeToken(snapshot.ResumeHash, snapshot.PreviousResumeHash),
        GraceUntil = graceUntil,
    };

    public ParticipantSnapshot ToSnapshot() => new(
        Id,
        User,
        Name,
        ClientId,
        Role,
        Waiting,
        Order,
        Mic,
        Camera,
        Screen,
        HandRaisedAt,
        JoinedAt,
        Resume.Hash,
        Resume.PreviousHash,
        PriorRole,
        EnteredSeq,
        FromLobby);

    public ParticipantView ToView() => new(
        Id,
        User.Id,
        Name,
        Role,
        User.Kind == UserKind.Guest,
        Mic,
        Camera,
        Screen,
        HandRaisedAt,
        Connection is null ? ConnectionState.Reconnecting : ConnectionState.Connected,
        JoinedAt);
}
