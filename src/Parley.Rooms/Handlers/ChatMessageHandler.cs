// `chat_message`: stored before it is answered or told; the same client_id is the same message.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class ChatMessageHandler
{
    public static void Handle(RoomTurn turn, Request request, ChatMessage message)
    {
        var state = turn.State;
        var sender = request.Sender;
        if (state.Chats.Find(sender.User.Id, message.ClientId) is { } known)
        {
            turn.Reply(request.Connection, ChatEvents.ToMessage(known) with { Id = message.Id }, known.Id);
            return;
        }

        Participant? reader = null;
        if (message.To is { } to && (reader = request.Peer(turn, message, to)) is null)
            return;
        var record = new ChatRecord(
            new MessageId(state.Entropy.NewId(turn.Now)),
            state.Meeting.Id,
            state.Seq + 1,
            sender.Id,
            sender.User.Id,
            sender.Name,
            message.Text,
            message.ClientId,
            Milliseconds(turn.Now),
            reader?.Id,
            reader?.User.Id,
            reader?.Name);
        state.Chats.Add(record);
        turn.Line.Add(record);
        turn.MarkDurable();
        turn.Reply(request.Connection, ChatEvents.ToMessage(record) with { Id = message.Id }, record.Id);
        Tell(turn, record);
    }

    /// <summary>Tells a message to its readers; its author has the answer.</summary>
    public static void Tell(RoomTurn turn, ChatRecord record)
    {
        var message = ChatEvents.ToMessage(record);
        turn.State.Presences.TryGetValue(record.From, out var author);
        if (record.To is not { } to)
            turn.TellRoom(message, author, record.Id);
        else if (turn.State.FindIn(to) is { } reader)
            turn.TellSome([reader], message, record.Id);
    }

    // The store keeps milliseconds: the answer to a repeat after a restart is the same to the digit.
    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
