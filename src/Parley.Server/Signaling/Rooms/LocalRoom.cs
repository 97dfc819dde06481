// A room that runs on this node, and the way its outputs take to the sockets. Its outlet is called in the room's turns, one at a time.
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Rooms;

/// <summary>A running room.</summary>
internal sealed class LocalRoom : IRoomOutlet
{
    private const int FirstPrune = 16;

    private static readonly TimeSpan FullMailboxPause = TimeSpan.FromMilliseconds(20);

    private readonly LocalRoomServices _services;

    // Touched in turns alone: who is reached by which session.
    private readonly Dictionary<ParticipantId, Session> _sessions = [];
    private readonly TaskCompletionSource<bool> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pruneAt = FirstPrune;
    private MeetingSettings _settings;

    public LocalRoom(Room room, LocalRoomServices services)
    {
        _services = services;
        _settings = room.Meeting;
        Code = room.Meeting.Code;
        Actor = new RoomActor(room, this, services.Store, services.Clock, services.Faults, services.ActorOptions);
    }

    public MeetingCode Code { get; }

    /// <summary>The meeting's settings as last told.</summary>
    public MeetingSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Owned. Null only while it is being made, when nobody can be attached yet.</summary>
    public RoomActor Actor { get; }

    /// <summary>Completes when nothing follows from this room: true when it is over and all of it is stored, false when it broke and stands as it was stored last.</summary>
    public Task<bool> Over => _over.Task;

    /// <summary>Hands a command to the room; false when it is over or has too much to do.</summary>
    public bool TryPost(RoomCommand command) => Actor.TryPost(command);

    /// <summary>Tells the room of changed settings.</summary>
    public void Change(MeetingSettings settings)
    {
        Volatile.Write(ref _settings, settings);
        Deliver(new SettingsChanged(settings));
    }

    /// <summary>Tells the room that a socket of one of its participants ended.</summary>
    public void Lose(ConnectionId connection, ParticipantId participant) => Deliver(new ConnectionLost(connection, participant));

    /// <summary>Hands over what must not be lost: waits for a place in the mailbox, in the background.</summary>
    public void Deliver(RoomCommand command)
    {
        if (!Actor.TryPost(command) && !Actor.IsClosed)
            _ = InsistAsync(command);
    }

    /// <summary>Answers a message that the room did not take.</summary>
    public void RefusePost(Session session, ClientMessage request)
    {
        if (Actor.IsClosed)
            session.Refuse(request.Id, ErrorCodes.NotInRoom, "The room is over.");
        else
            session.Refuse(request.Id, ErrorCodes.Internal, "The room has too much to do; try again.");
    }

    /// <inheritdoc/>
    public void Attach(ParticipantId participant, ConnectionId connection)
    {
        if (_sessions.Count >= _pruneAt)
            Prune();
        if (_services.Sessions.Find(connection) is { } session && session.TryBind(this, participant))
            _sessions[participant] = session;
        else
            Deliver(new ConnectionLost(connection, participant));
    }

    /// <inheritdoc/>
    public void Detach(ParticipantId participant, ConnectionId connection)
    {
        if (_sessions.TryGetValue(participant, out var attached) && attached.Id == connection)
            _sessions.Remove(participant);
        _services.Sessions.Find(connection)?.Unbind(this, participant);
    }

    /// <inheritdoc/>
    public void Reply(ConnectionId connection, ServerMessage message) => _services.Sessions.Find(connection)?.Answer(this, message);

    /// <inheritdoc/>
    public void Send(ParticipantId participant, ReadOnlyMemory<byte> utf8)
    {
        if (_sessions.TryGetValue(participant, out var session))
            session.Connection.Send(utf8);
    }

    /// <inheritdoc/>
    public void Close(ConnectionId connection, CloseCode code, string reason) => _services.Sessions.Find(connection)?.Connection.Close(code, reason);

    /// <inheritdoc/>
    public void Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request) =>
        _services.Invitations.RingInto(Settings, pass, connection, inviter, request);

    /// <inheritdoc/>
    public void EndStreams(UserId? user) => _services.Media.End(Settings.Id, user);

    /// <inheritdoc/>
    public void Audit(RoomAudit entry) => _services.Audit(entry);

    /// <inheritdoc/>
    public void Measure(RoomMeasure measure)
    {
        switch (measure)
        {
            case RoomMeasure.ReleasedUnstored:
                _services.Metrics.ReleasedUnstored();
                break;
            case RoomMeasure.TimedOut:
                _services.Metrics.ParticipantTimedOut();
                break;
            case RoomMeasure.StatsReported:
                _services.Metrics.StatsReported();
                break;
        }
    }

    /// <inheritdoc/>
    public void Ended()
    {
        _services.Directory.Forget(this);
        _over.TrySetResult(true);
    }

    /// <inheritdoc/>
    public void Broke()
    {
        // Whom the room had let go of when it broke, and who was not told yet.
        foreach (var (participant, session) in _sessions.ToArray())
        {
            Detach(participant, session.Id);
            Reply(session.Id, new Error(ErrorCodes.Internal, "The room failed; resume it."));
            Close(session.Id, CloseCode.Internal, "internal");
        }

        _services.Directory.Forget(this);
        _over.TrySetResult(false);
    }

    /// <inheritdoc/>
    public void Undelivered(RoomCommand command)
    {
        switch (command)
        {
            case EnterRoom entry:
                _services.Entries.Redeliver(Code, entry.Connection, entry.Request.Id, entry);
                break;
            case ResumePresence resume:
                _services.Entries.Redeliver(Code, resume.Connection, resume.Request.Id, resume);
                break;
            case AskEntry ask:
                ask.Answer(null);
                break;
            case ParticipantMessage { Message: LeaveRoom leave } message:
                Reply(message.Connection, new Ack { Id = leave.Id });
                break;
            case ParticipantMessage message:
                Reply(message.Connection, new Error(ErrorCodes.NotInRoom, "The room is over.") { Id = message.Message.Id });
                break;
        }
    }

    // A participant whose socket was lost is not detached by anybody; their dead sessions go when the table has doubled.
    private void Prune()
    {
        foreach (var (participant, session) in _sessions)
        {
            if (session.HasEnded)
                _sessions.Remove(participant);
        }

        _pruneAt = Math.Max(FirstPrune, 2 * _sessions.Count);
    }

    private async Task InsistAsync(RoomCommand command)
    {
        while (!Actor.TryPost(command) && !Actor.IsClosed)
            await Task.Delay(FullMailboxPause, _services.Clock);
    }
}
