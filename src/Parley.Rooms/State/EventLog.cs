// The room's recent events, from which a returning participant gets what they missed.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>One event as it was sent, and to whom.</summary>
internal sealed class LoggedEvent(long seq, DateTimeOffset at, byte[] utf8, ParticipantId[]? only, ParticipantId? except, MessageId chat)
{
    public long Seq => seq;

    public DateTimeOffset At => at;

    public byte[] Utf8 => utf8;

    public MessageId Chat => chat;

    /// <summary>Taken back: a chat message that could not be stored.</summary>
    public bool Void { get; set; }

    public bool IsFor(Participant reader) =>
        !Void && seq > reader.EnteredSeq && reader.Id != except && (only is null || Array.IndexOf(only, reader.Id) >= 0);
}

/// <summary>A bounded queue of events in the order of seq.</summary>
internal sealed class EventLog(RoomOptions options)
{
    private readonly Queue<LoggedEvent> _events = new(0);
    private int _bytes;

    /// <summary>No event up to this number can be replayed for certain.</summary>
    public long LackingThrough { get; set; }

    public DateTimeOffset? StaleAt => _events.TryPeek(out var oldest) ? oldest.At + options.EventRetention : null;

    public void Add(LoggedEvent entry)
    {
        _events.Enqueue(entry);
        _bytes += entry.Utf8.Length;
        while (_events.Count > options.EventCapacity || _bytes > options.EventBytes)
            Drop();
    }

    public void DropStale(DateTimeOffset now)
    {
        while (StaleAt <= now)
            Drop();
        if (_events.Count == 0)
            _events.TrimExcess();
    }

    /// <summary>Takes a chat message back.</summary>
    public void Withdraw(MessageId chat)
    {
        foreach (var entry in _events)
        {
            if (entry.Chat == chat)
                entry.Void = true;
        }
    }

    /// <summary>What a reader missed after a number, oldest first, and whether that is surely all.</summary>
    public (List<RawJson> Missed, bool Complete) Since(Participant reader, long lastSeq, long now)
    {
        List<LoggedEvent> found = [];
        foreach (var entry in _events)
        {
            if (entry.Seq > lastSeq && entry.IsFor(reader))
                found.Add(entry);
        }

        var bytes = 0;
        var first = found.Count;
        while (first > 0 && bytes + found[first - 1].Utf8.Length <= options.ReplayBytes)
            bytes += found[--first].Utf8.Length;
        var complete = first == 0 && lastSeq <= now && Math.Max(lastSeq, reader.EnteredSeq) >= LackingThrough;
        return (found.Skip(first).Select(entry => new RawJson(entry.Utf8)).ToList(), complete);
    }

    private void Drop()
    {
        var entry = _events.Dequeue();
        _bytes -= entry.Utf8.Length;
        LackingThrough = Math.Max(LackingThrough, entry.Seq);
    }
}
