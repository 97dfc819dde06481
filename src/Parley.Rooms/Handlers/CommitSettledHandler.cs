// A commit came to an end: what it held goes out, or chat in it is refused and everything else goes on without the database.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class CommitSettledHandler
{
    public static void Handle(RoomTurn turn, CommitSettled settled)
    {
        turn.MarkChanged();
        if (turn.Line.Settle(settled.Version, settled.Result is not null, turn.Now) is not { } commit)
            return;
        if (settled.Result is { } result)
        {
            foreach (var duplicate in result.ChatDuplicates)
                Stand(turn, duplicate);
            return;
        }

        turn.Effects.Measure(RoomMeasure.ReleasedUnstored);
        foreach (var chat in commit.Chat)
        {
            turn.Gate.Refuse(chat.Id);
            turn.State.Log.Withdraw(chat.Id);
            turn.State.Chats.Refuse(chat, mayBeStored: true);
        }
    }

    private static void Stand(RoomTurn turn, ChatDuplicate duplicate)
    {
        var stored = duplicate.Stored;
        turn.Gate.Stand(duplicate);
        turn.State.Log.Withdraw(duplicate.Offered);
        turn.State.Chats.Add(stored);

        // Its first commit was given up too early: the author was told to send it again, and the readers have not had it.
        if (turn.State.Chats.TakeUnannounced(stored.Id))
            ChatMessageHandler.Tell(turn, stored);
    }
}
