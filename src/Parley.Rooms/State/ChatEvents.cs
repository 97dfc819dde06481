// A stored chat message as the event that its readers get.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class ChatEvents
{
    public static ChatMessageFrom ToMessage(ChatRecord record) => new(record.Id, record.From, record.Text, record.ClientId, record.SentAt, record.To);

    /// <summary>The event as it stands in the log after a restart.</summary>
    public static LoggedEvent Logged(ChatRecord record) => new(
        record.Seq,
        record.SentAt,
        MessageCodec.Encode(ToMessage(record) with { Seq = record.Seq }),
        record.To is { } to ? [to] : null,
        record.From,
        record.Id);
}
