// What the handlers of one turn work with: the state, the time, and where outputs go. One instance serves a room's turns one after another.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>One turn of a room.</summary>
internal sealed class RoomTurn(RoomState state, OutputGate gate, CommitLine line)
{
    private readonly List<Output> _outputs = [];
    private IRoomEffects? _effects;

    public RoomState State => state;

    public CommitLine Line => line;

    public OutputGate Gate => gate;

    public DateTimeOffset Now { get; private set; }

    public IRoomEffects Effects => _effects ?? throw new InvalidOperationException("No turn is under way.");

    /// <summary>Something was changed that must survive a restart: this turn's outputs wait for the commit.</summary>
    public bool Durable { get; private set; }

    /// <summary>Something was changed that deadlines, views or the digest may depend on.</summary>
    public bool Changed { get; private set; }

    public void Begin(DateTimeOffset now, IRoomEffects effects)
    {
        _outputs.Clear();
        _effects = effects;
        Now = now;
        Durable = false;
        Changed = false;
    }

    public void MarkDurable() => Durable = Changed = true;

    public void MarkChanged() => Changed = true;

    public long NextSeq()
    {
        Changed = true;
        return ++state.Seq;
    }

    public void Reply(ConnectionId connection, ServerMessage message, MessageId chat = default) =>
        _outputs.Add(Output.Reply(connection, message, chat));

    public void Ack(ConnectionId connection, ClientMessage request) => Reply(connection, new Ack { Id = request.Id });

    public void Refuse(ConnectionId connection, string? requestId, string code, string message) =>
        Reply(connection, new Error(code, message) { Id = requestId });

    /// <summary>An event for everybody who is in, but for one.</summary>
    public void TellRoom(ServerMessage message, Participant? except = null, MessageId chat = default)
    {
        var seq = NextSeq();
        var utf8 = MessageCodec.Encode(message with { Seq = seq });
        state.Log.Add(new LoggedEvent(seq, Now, utf8, null, except?.Id, chat));
        foreach (var reader in state.In)
        {
            if (reader != except)
                Send(reader, utf8, chat);
        }
    }

    /// <summary>An event for some who are in.</summary>
    public void TellSome(IReadOnlyCollection<Participant> readers, ServerMessage message, MessageId chat = default)
    {
        if (readers.Count == 0)
            return;
        var seq = NextSeq();
        var utf8 = MessageCodec.Encode(message with { Seq = seq });
        state.Log.Add(new LoggedEvent(seq, Now, utf8, [.. readers.Select(r => r.Id)], null, chat));
        foreach (var reader in readers)
            Send(reader, utf8, chat);
    }

    /// <summary>An event for host and co-hosts, but for one.</summary>
    public void TellModerators(ServerMessage message, Participant? except = null) =>
        TellSome([.. state.In.Where(p => p.Moderates && p != except)], message);

    /// <summary>An event that no resume replays, because a resume says the same afresh, or refuses.</summary>
    public void TellOnce(Participant reader, ServerMessage message, long seq)
    {
        Changed = true;
        Send(reader, MessageCodec.Encode(message with { Seq = seq }), default);
    }

    public void TellUpdated(Participant participant, Participant? except = null) =>
        TellRoom(new ParticipantUpdated(participant.ToView()), except);

    /// <summary>Gives a participant a connection; an older one is closed.</summary>
    public void Attach(Participant participant, ConnectionId connection)
    {
        Changed = true;
        if (participant.Connection is { } older && older != connection)
        {
            Effects.Detach(participant.Id, older);
            Effects.Close(older, CloseCode.Replaced, "replaced");
        }

        participant.Connection = connection;
        participant.GraceUntil = null;
        Effects.Attach(participant.Id, connection);
    }

    /// <summary>The last word to somebody who is no longer here: by the time they read it, their connection is free for another room.</summary>
    public void TellGone(Participant participant, ServerMessage message, long seq)
    {
        Changed = true;
        if (participant.Connection is { } connection)
            _outputs.Add(Output.Farewell(connection, participant, message with { Seq = seq }));
    }

    /// <summary>Unbinds somebody who is no longer here, after what they were told before.</summary>
    public void DetachAfter(Participant participant)
    {
        if (participant.Connection is { } connection)
            _outputs.Add(Output.Detach(connection, participant));
    }

    /// <summary>Ends what the turn does to the state; what follows from its changes is told with them.</summary>
    public void Settle()
    {
        if (!Changed)
            return;
        WaitingList.TellPositions(this);
        Lifecycle.Settle(this);
        Lifecycle.TellFace(this);
    }

    /// <summary>Ends the turn: starts the commit that it needs, and lets out what need not wait.</summary>
    public void Finish()
    {
        var hold = Durable || state.Seq > line.SeqDurable;
        if (Durable || (Changed && state.Seq > 0 && line.NeedsBlock(state.Seq)))
            line.Wanted = true;
        var version = hold ? line.Next : 0;
        line.TryStart(state, Now, Effects);
        if (version == 0 && gate.IsEmpty)
        {
            gate.Pass(_outputs, Effects);
        }
        else
        {
            foreach (var output in _outputs)
                gate.Hold(output, version, Now + state.Options.CommitPatience);
        }

        _outputs.Clear();

        // Beside a commit an allocation is nothing; between commits an idle room holds no room for outputs.
        if (Durable)
            _outputs.Capacity = 0;
        gate.Release(state, line, Now, Effects);
    }

    private void Send(Participant reader, byte[] utf8, MessageId chat)
    {
        if (reader.Connection is { } connection)
            _outputs.Add(Output.Event(connection, reader, utf8, chat));
    }
}
