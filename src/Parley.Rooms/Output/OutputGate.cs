// Keeps outputs back, in their order, until the commit that contains what they speak of is stored, or the database has been waited for long enough.
using System.Runtime.InteropServices;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The queue between a room's turns and the world. Relayed offers, answers and candidates do not pass here.</summary>
internal sealed class OutputGate
{
    private const int IdleCapacity = 4;

    private readonly Queue<Held> _held = new(0);
    private readonly HashSet<MessageId> _refused = [];
    private readonly Dictionary<MessageId, ChatRecord> _standing = [];

    /// <summary>When the first held output has waited long enough.</summary>
    public DateTimeOffset? PatienceOver => _held.TryPeek(out var head) ? head.Until : null;

    public bool IsEmpty => _held.Count == 0;

    public void Hold(in Output output, long version, DateTimeOffset until) => _held.Enqueue(new Held(output, version, until));

    /// <summary>A message was stored before: its author gets the row that stands, its readers have had it.</summary>
    public void Stand(ChatDuplicate duplicate) => _standing[duplicate.Offered] = duplicate.Stored;

    /// <summary>A message could not be stored.</summary>
    public void Refuse(MessageId chat) => _refused.Add(chat);

    /// <summary>Lets out what need not wait, when nothing waits before it.</summary>
    public void Pass(List<Output> outputs, IRoomEffects effects)
    {
        foreach (var output in outputs)
            Emit(output, effects);
    }

    public void Release(RoomState state, CommitLine line, DateTimeOffset now, IRoomEffects effects)
    {
        while (_held.TryPeek(out var head) && MayPass(head, state, line, now, effects))
        {
            _ = _held.Dequeue();
            Emit(head.Output, effects);
        }

        if (_held.Count > 0)
            return;
        _refused.Clear();
        _standing.Clear();
        if (_held.Capacity > IdleCapacity)
            _held.TrimExcess(0);
    }

    private bool MayPass(in Held head, RoomState state, CommitLine line, DateTimeOffset now, IRoomEffects effects)
    {
        var chat = head.Output.Chat;
        if (head.Version <= line.Settled || (chat != default && _refused.Contains(chat)))
            return true;
        if (chat == default && line.Degraded)
            return true;
        if (head.Until > now)
            return false;
        line.Degraded = true;
        effects.Measure(RoomMeasure.ReleasedUnstored);
        if (chat != default)
        {
            Refuse(chat);
            state.Log.Withdraw(chat);
            if (line.Withdraw(chat) is var (record, underWay))
                state.Chats.Refuse(record, underWay);
        }

        return true;
    }

    private void Emit(in Output output, IRoomEffects effects)
    {
        if (output.Chat == default || (!_refused.Contains(output.Chat) && !_standing.ContainsKey(output.Chat)))
            output.Emit(effects);
        else if (output.Message is not { } answer)
            return;
        else if (_standing.TryGetValue(output.Chat, out var standing))
            effects.Reply(output.Connection, ChatEvents.ToMessage(standing) with { Id = answer.Id });
        else
            effects.Reply(output.Connection, new Error(ErrorCodes.Internal, "The message could not be stored; send it again.") { Id = answer.Id });
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Held(Output Output, long Version, DateTimeOffset Until);
}
