// What stands behind a connection: who registered on it, and which room its messages go to (docs/protocol.md §2).
using System.Net;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Auth;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling.Sessions;

/// <summary>One client's session; lives as long as its connection.</summary>
internal sealed class Session : IConnectionHandler
{
    private readonly SessionServices _services;

    // The lock guards binding, entry and end together: a room's turn, an accepted invitation and the end of the socket meet here.
    private readonly Lock _gate = new();
    private Principal? _principal;
    private RoomBinding? _binding;
    private Entry? _entry;
    private bool _ended;

    public Session(Connection connection, IPAddress? address, SessionServices services)
    {
        Connection = connection;
        Address = address;
        _services = services;
    }

    public Connection Connection { get; }

    public ConnectionId Id => Connection.Id;

    /// <summary>Where the client comes from; what password tries are counted by.</summary>
    public IPAddress? Address { get; }

    /// <summary>Who registered; null before.</summary>
    public Principal? Principal => Volatile.Read(ref _principal);

    /// <summary>The room and participant that this connection speaks for; null in no room.</summary>
    public RoomBinding? Binding => Volatile.Read(ref _binding);

    /// <summary>The way into a room that is under way; null for none.</summary>
    public Entry? PendingEntry => Volatile.Read(ref _entry);

    /// <summary>True when the connection is gone or is being closed.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    /// <inheritdoc/>
    public ValueTask HandleAsync(in Decoded<ClientMessage> message)
    {
        if (message.Message is not { } request)
            Refuse(message.Id, message.Fault!.Code, message.Fault.Message);
        else if (request is Register register)
            return Guarded(_services.Registration.RegisterAsync(this, register), request);
        else if (Principal is not { } principal)
            RefuseUnregistered(request.Id);
        else
            return DispatchAsync(request, principal);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Ended()
    {
        // First of all: from the moment that anybody can see the loss, its owner may be back, with the database away.
        if (Principal is { } departing)
            _services.Registration.Departing(departing);
        RoomBinding? binding;
        Entry? entry;
        lock (_gate)
        {
            _ended = true;
            binding = _binding;
            entry = _entry;
            _binding = null;
            _entry = null;
        }

        // Whoever sees the loss in the room finds the user offline, if this was their last connection.
        if (Principal is { } principal)
            _services.Registration.Unregister(this, principal);
        binding?.Room.Lose(Id, binding.Participant);
        entry?.Settle(ErrorCodes.UserOffline);
    }

    /// <summary>Answers with an error.</summary>
    public void Refuse(string? id, string code, string message, int? retryAfter = null) =>
        Connection.Send(new Error(code, message, retryAfter) { Id = id });

    /// <summary>Answers an entry with an error, without the room.</summary>
    public void Refuse(Entry entry, string? id, string code, string message, int? retryAfter)
    {
        Forget(entry);
        Refuse(id, code, message, retryAfter);
        entry.Settle(code);
    }

    /// <summary>Says who has registered.</summary>
    public void SetPrincipal(Principal principal) => Volatile.Write(ref _principal, principal);

    /// <summary>Begins the way into a room. Null when the connection is, or is about to be, in another room, or has ended.</summary>
    /// <param name="code">The room.</param>
    /// <param name="kind">What is asked for; a call that is taken twice is one entry.</param>
    public Entry? BeginEntry(MeetingCode code, EntryKind kind)
    {
        lock (_gate)
        {
            if (kind == EntryKind.Invitation && _entry is { Kind: EntryKind.Invitation } same && same.Code == code)
                return same;
            if (_ended || _entry is not null || (_binding is { } binding && binding.Room.Code != code))
                return null;
            return _entry = new Entry(code, kind, _services.Clock.GetTimestamp());
        }
    }

    /// <summary>Ends the way into a room without an answer.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="fault">The code of the refusal.</param>
    public void EndEntry(Entry entry, string fault)
    {
        Forget(entry);
        entry.Settle(fault);
    }

    /// <summary>Called in a room's turn: from now on the connection speaks for a participant. False when it has ended, or speaks for one of another room.</summary>
    public bool TryBind(LocalRoom room, ParticipantId participant)
    {
        lock (_gate)
        {
            if (_ended || (_binding is { } binding && binding.Room != room))
                return false;
            Volatile.Write(ref _binding, new RoomBinding(room, participant));
            return true;
        }
    }

    /// <summary>Called in a room's turn: the connection is in no room any more.</summary>
    public void Unbind(LocalRoom room, ParticipantId participant)
    {
        lock (_gate)
        {
            if (_binding is { } binding && binding.Room == room && binding.Participant == participant)
                Volatile.Write(ref _binding, null);
        }
    }

    /// <summary>Called in a room's turn with every answer to this connection. What the answer brings about is so before it is sent; only the reading of
    /// further messages goes on after that, so that their answers follow it.</summary>
    public void Answer(LocalRoom room, ServerMessage message)
    {
        var entry = Volatile.Read(ref _entry);
        if (entry is not null && (message.Seq is not null || entry.Code != room.Code || !entry.IsAnsweredBy(message)))
            entry = null;
        if (entry is not null)
        {
            Forget(entry);
            _services.Metrics.Answered(entry, message);
        }

        Connection.Send(message);
        entry?.Settle(message);
    }

    private void Forget(Entry entry)
    {
        lock (_gate)
        {
            if (_entry == entry)
                _entry = null;
        }
    }

    private ValueTask DispatchAsync(ClientMessage request, Principal principal)
    {
        switch (request)
        {
            case Ping:
                Connection.Send(new Pong(_services.Clock.GetUtcNow()) { Id = request.Id });
                return ValueTask.CompletedTask;
            case JoinRoom join:
                return Guarded(_services.Entries.JoinAsync(this, principal, join), request);
            case ResumeRoom resume:
                return Guarded(_services.Entries.ResumeAsync(this, principal, resume), request);
            case AcceptInvitation or DeclineInvitation or CancelInvitation:
                _services.Invitations.Take(this, principal, request);
                return ValueTask.CompletedTask;
            case Invite invite when Binding is null:
                _services.Invitations.Ring(this, principal, invite);
                return ValueTask.CompletedTask;
            default:
                ToRoom(request);
                return ValueTask.CompletedTask;
        }
    }

    private void ToRoom(ClientMessage request)
    {
        if (Binding is not { } binding)
            Refuse(request.Id, ErrorCodes.NotInRoom, "This connection is in no room.");
        else if (!binding.Room.TryPost(new ParticipantMessage(Id, binding.Participant, request)))
            binding.Room.RefusePost(this, request);
    }

    private void RefuseUnregistered(string? id)
    {
        Refuse(id, ErrorCodes.Unauthenticated, "Send register with a valid token first.");
        Connection.Close(CloseCode.Unauthenticated, "register first");
    }

    // A failing database ends one request, not the connection.
    private ValueTask Guarded(ValueTask handling, ClientMessage request)
    {
        return handling.IsCompletedSuccessfully ? ValueTask.CompletedTask : GuardAsync(handling, request);
    }

    private async ValueTask GuardAsync(ValueTask handling, ClientMessage request)
    {
        try
        {
            await handling;
        }
        catch (DatabaseUnavailableException exception)
        {
            _services.Log.RequestDelayed(Id.Value, request.Type, exception.Message);
            Refuse(request.Id, ErrorCodes.Internal, "The server cannot do this at the moment; try again.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Log.RequestFailed(Id.Value, request.Type, exception);
            Refuse(request.Id, ErrorCodes.Internal, "The server cannot do this at the moment; try again.");
        }
    }
}
