// What others may read of a running room at any time without a turn: published in each turn that changed it, before its events go out.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The public face of a running room.</summary>
/// <param name="State">Where in its life it is.</param>
/// <param name="ParticipantCount">How many are in.</param>
/// <param name="WaitingCount">How many wait.</param>
/// <param name="Locked">Nobody new comes in.</param>
/// <param name="Full">As many are in as may be.</param>
/// <param name="HostUserId">Who holds the host role now; null for nobody.</param>
/// <param name="HostName">Their shown name.</param>
/// <param name="StartedAt">When somebody first came in.</param>
public sealed record RoomDigest(
    MeetingState State,
    int ParticipantCount,
    int WaitingCount,
    bool Locked,
    bool Full,
    UserId? HostUserId,
    string? HostName,
    DateTimeOffset? StartedAt);
