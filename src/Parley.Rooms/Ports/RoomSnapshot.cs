// A room's whole durable state as one record, from which it can be rebuilt after a restart or on another node.
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>A room at rest.</summary>
/// <param name="Meeting">The meeting's settings.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="Epoch">Rises with every rebuild.</param>
/// <param name="Version">The last commit's version.</param>
/// <param name="Seq">The last event number that this state contains.</param>
/// <param name="SeqReserved">No event number above this one has been given out; a rebuilt room goes on above it.</param>
/// <param name="Locked">Nobody new comes in.</param>
/// <param name="HostId">The host, while anybody is in.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="NextOrder">The next place in the order of joining.</param>
/// <param name="Participants">Everybody who is in or waits, in their order.</param>
/// <param name="Admitted">Users who need not ask again.</param>
/// <param name="RemovedUsers">Users who may not come back.</param>
/// <param name="Tallies">Time in the room by user, for the history.</param>
/// <param name="Declined">Who was declined a moment ago and may not know it yet.</param>
public sealed record RoomSnapshot(
    MeetingSettings Meeting,
    MeetingState State,
    int Epoch,
    long Version,
    long Seq,
    long SeqReserved,
    bool Locked,
    ParticipantId? HostId,
    DateTimeOffset? StartedAt,
    long NextOrder,
    IReadOnlyList<ParticipantSnapshot> Participants,
    IReadOnlyList<UserId> Admitted,
    IReadOnlyList<UserId> RemovedUsers,
    IReadOnlyList<CallTally> Tallies,
    IReadOnlyList<DeclinedSnapshot>? Declined = null)
{
    /// <summary>Writes the record as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RoomSnapshotJson.Default.RoomSnapshot);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a snapshot.</exception>
    public static RoomSnapshot FromJson(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, RoomSnapshotJson.Default.RoomSnapshot) ?? throw new JsonException("A snapshot is expected.");
}

/// <summary>A participant at rest.</summary>
/// <param name="Id">The participant.</param>
/// <param name="User">Who.</param>
/// <param name="Name">The shown name.</param>
/// <param name="ClientId">The client's own id; null when it gave none.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Waiting">True in the waiting room.</param>
/// <param name="Order">The place in the order of joining or of waiting.</param>
/// <param name="Mic">The microphone is open.</param>
/// <param name="Camera">The camera is on.</param>
/// <param name="Screen">A screen is shared.</param>
/// <param name="HandRaisedAt">When the hand went up.</param>
/// <param name="JoinedAt">When they came in or asked.</param>
/// <param name="ResumeHash">SHA-256 of the newest resume token.</param>
/// <param name="PreviousResumeHash">SHA-256 of the one before, good until the newest is used.</param>
/// <param name="PriorRole">What a host was before, and is again when the owner takes the role back.</param>
/// <param name="EnteredSeq">The number of the last event before they came in: nothing up to it is ever replayed to them.</param>
/// <param name="FromLobby">They were admitted from the waiting room and may not know it yet.</param>
public sealed record ParticipantSnapshot(
    ParticipantId Id,
    UserIdentity User,
    string Name,
    string? ClientId,
    ParticipantRole Role,
    bool Waiting,
    long Order,
    bool Mic,
    bool Camera,
    bool Screen,
    DateTimeOffset? HandRaisedAt,
    DateTimeOffset JoinedAt,
    byte[] ResumeHash,
    byte[]? PreviousResumeHash,
    ParticipantRole PriorRole = ParticipantRole.Participant,
    long EnteredSeq = 0,
    bool FromLobby = false);

/// <summary>A decline at rest.</summary>
/// <param name="Id">Who was declined.</param>
/// <param name="User">Whose presence it was.</param>
/// <param name="Reason">What the moderator said.</param>
/// <param name="ResumeHash">SHA-256 of the newest resume token.</param>
/// <param name="PreviousResumeHash">SHA-256 of the one before.</param>
public sealed record DeclinedSnapshot(ParticipantId Id, UserId User, string? Reason, byte[] ResumeHash, byte[]? PreviousResumeHash);

/// <summary>How long a user has been in.</summary>
/// <param name="User">Who.</param>
/// <param name="StartedAt">When they first came in.</param>
/// <param name="PresentSince">Since when they are in now; null when they are out.</param>
/// <param name="Seconds">The time of finished stays.</param>
public sealed record CallTally(UserId User, DateTimeOffset StartedAt, DateTimeOffset? PresentSince, double Seconds);

/// <summary>The JSON metadata of snapshots.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RoomSnapshot))]
public sealed partial class RoomSnapshotJson : JsonSerializerContext;
