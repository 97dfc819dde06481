// One thing on its way out of a room.
using System.Runtime.InteropServices;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>An answer, an event, the end of a binding, or a last word with that end. Its order among the others is kept.</summary>
/// <param name="Connection">The connection it was made for: if the participant has a newer one by then, it is not for that.</param>
/// <param name="Message">The answer or the last word; null for the others.</param>
/// <param name="Participant">Who gets the event or is unbound; null for an answer.</param>
/// <param name="Utf8">The event; empty for the others.</param>
/// <param name="Chat">The chat message that it tells of; default for none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Output(
    ConnectionId Connection,
    ServerMessage? Message,
    Participant? Participant,
    ReadOnlyMemory<byte> Utf8,
    MessageId Chat)
{
    public static Output Reply(ConnectionId connection, ServerMessage message, MessageId chat) => new(connection, message, null, default, chat);

    public static Output Event(ConnectionId connection, Participant participant, byte[] utf8, MessageId chat) =>
        new(connection, null, participant, utf8, chat);

    public static Output Farewell(ConnectionId connection, Participant participant, ServerMessage message) =>
        new(connection, message, participant, default, default);

    public static Output Detach(ConnectionId connection, Participant participant) => new(connection, null, participant, default, default);

    public void Emit(IRoomEffects effects)
    {
        if (Participant is null)
        {
            effects.Reply(Connection, Message!);
            return;
        }

        var isTheirs = Participant.Connection == Connection;
        if (!Utf8.IsEmpty)
        {
            if (isTheirs)
                effects.Send(Participant.Id, Utf8);
            return;
        }

        effects.Detach(Participant.Id, Connection);
        if (!isTheirs)
            return;
        Participant.Connection = null;
        if (Message is not null)
            effects.Reply(Connection, Message);
    }
}
