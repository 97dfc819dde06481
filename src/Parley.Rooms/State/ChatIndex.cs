// Which chat messages are known by their authors' own ids, so that a repeat is the same message.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The newest messages by (author, client_id). Older ones are recognised by the store.</summary>
internal sealed class ChatIndex
{
    private const int Capacity = 1000;

    private readonly Dictionary<(UserId Author, string ClientId), ChatRecord> _known = [];
    private readonly Queue<ChatRecord> _order = new(0);
    private readonly HashSet<MessageId> _unannounced = [];

    public ChatRecord? Find(UserId author, string clientId) => _known.GetValueOrDefault((author, clientId));

    public void Add(ChatRecord record)
    {
        _known[(record.FromUser, record.ClientId)] = record;
        _order.Enqueue(record);
        if (_order.Count <= Capacity)
            return;
        var oldest = _order.Dequeue();
        if (_known.TryGetValue((oldest.FromUser, oldest.ClientId), out var known) && known.Id == oldest.Id)
            _ = _known.Remove((oldest.FromUser, oldest.ClientId));
    }

    /// <summary>Forgets a message that was refused. Whether it reached the store is not known: if a repeat finds it there, nobody has read it yet.</summary>
    public void Refuse(ChatRecord record, bool mayBeStored)
    {
        if (Find(record.FromUser, record.ClientId)?.Id == record.Id)
            _ = _known.Remove((record.FromUser, record.ClientId));
        if (mayBeStored && _unannounced.Count < Capacity)
            _ = _unannounced.Add(record.Id);
    }

    /// <summary>Whether a stored message was never told to its readers; asked once.</summary>
    public bool TakeUnannounced(MessageId id) => _unannounced.Remove(id);
}
