// Passes a room's outputs on to its outlet and keeps the one commit that the actor starts after the turn.
using Parley.Protocol;

namespace Parley.Rooms;

internal sealed class RoomActorEffects(IRoomOutlet outlet) : IRoomEffects
{
    private RoomCommit? _commit;

    public IRoomOutlet Outlet => outlet;

    public bool IsOver { get; private set; }

    public RoomCommit? TakeCommit() => Interlocked.Exchange(ref _commit, null);

    public void Shut() => IsOver = true;

    public void Attach(ParticipantId participant, ConnectionId connection) => outlet.Attach(participant, connection);

    public void Detach(ParticipantId participant, ConnectionId connection) => outlet.Detach(participant, connection);

    public void Reply(ConnectionId connection, ServerMessage message) => outlet.Reply(connection, message);

    public void Send(ParticipantId participant, ReadOnlyMemory<byte> utf8) => outlet.Send(participant, utf8);

    public void Close(ConnectionId connection, CloseCode code, string reason) => outlet.Close(connection, code, reason);

    public void Commit(RoomCommit commit) => _commit = commit;

    public void Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request) => outlet.Ring(connection, inviter, pass, request);

    public void EndStreams(UserId? user) => outlet.EndStreams(user);

    public void Audit(RoomAudit entry) => outlet.Audit(entry);

    public void Measure(RoomMeasure measure) => outlet.Measure(measure);

    public void Ended()
    {
        IsOver = true;
        outlet.Ended();
    }

    public void Undelivered(RoomCommand command) => outlet.Undelivered(command);

    public void Broke() => outlet.Broke();
}
