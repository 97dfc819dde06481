// Which participant a connection speaks for.
using Parley.Protocol;
using Parley.Server.Signaling.Rooms;

namespace Parley.Server.Signaling.Sessions;

/// <summary>A connection's place in a room.</summary>
/// <param name="Room">The room.</param>
/// <param name="Participant">Who it is there.</param>
internal sealed record RoomBinding(LocalRoom Room, ParticipantId Participant);
