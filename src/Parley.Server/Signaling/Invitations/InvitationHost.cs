// Runs the invitation book: its requests come from sessions and rooms, its outputs go to the connections of users and to rooms.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Auth;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Invitations;

/// <summary>The invitations of this node. Owns the actor.</summary>
internal sealed class InvitationHost(
    SessionTable sessions,
    Presence presence,
    CallMeetings calls,
    RoomEntries entries,
    IInvitationStore store,
    IActorFaults faults,
    IRoomEntropy entropy,
    InvitationOptions options,
    TimeProvider clock,
    ILogger<InvitationHost> logger) : IInvitationOutlet, IDisposable
{
    private readonly Lock _gate = new();
    private InvitationActor? _actor;

    // Entries into rooms wait for each other, so that who rang is in before who was rung.
    private Task _entering = Task.CompletedTask;

    private InvitationActor Actor => _actor ?? throw new InvalidOperationException("The invitations have not been restored.");

    /// <summary>Takes up what was ringing when the program stopped.</summary>
    public async Task<int> RestoreAsync(CancellationToken cancellation)
    {
        var records = await store.LoadAsync(clock.GetUtcNow() - options.Remember, cancellation);
        _actor = new InvitationActor(InvitationBook.Restore(records, options, entropy), this, store, clock, faults, new ActorOptions());
        return records.Count;
    }

    /// <summary>invite from somebody in no room.</summary>
    public void Ring(Session session, Principal principal, Invite request) =>
        Post(session.Id, request.Id, new RingUser(session.Id, principal.User, request, IsAccountOnline(request.UserId)));

    /// <summary>invite from somebody in a room, passed on by it.</summary>
    public void RingInto(MeetingSettings room, EntryPass pass, ConnectionId connection, UserIdentity inviter, Invite request) =>
        Post(connection, request.Id, new RingUser(connection, inviter, request, IsAccountOnline(request.UserId), room, pass));

    /// <summary>accept_invitation, decline_invitation, cancel_invitation.</summary>
    public void Take(Session session, Principal principal, ClientMessage request)
    {
        InvitationCommand command = request switch
        {
            AcceptInvitation accept => new TakeCall(session.Id, principal.User, accept, session.Binding?.Room.Code),
            DeclineInvitation decline => new RefuseCall(session.Id, principal.User, decline),
            CancelInvitation cancel => new StopCall(session.Id, principal.User, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Type, "This is no message about an invitation."),
        };
        Post(session.Id, request.Id, command);
    }

    /// <summary>An account registered on a further connection.</summary>
    public void Connected(Session session, UserIdentity user) => Actor.TryPost(new UserConnected(session.Id, user));

    /// <summary>A registered connection of an account ended.</summary>
    public void Disconnected(Session session, UserId user) => Actor.TryPost(new UserDisconnected(session.Id, user));

    /// <inheritdoc/>
    public void Reply(ConnectionId connection, ServerMessage message) => sessions.Find(connection)?.Connection.Send(message);

    /// <inheritdoc/>
    public void SendToUser(UserId user, ServerMessage message, ConnectionId? except)
    {
        var reached = presence.Of(user);
        if (reached.IsEmpty)
            return;
        var utf8 = MessageCodec.Encode(message);
        foreach (var session in reached)
        {
            if (session.Id != except)
                session.Connection.Send(utf8);
        }
    }

    /// <inheritdoc/>
    public void CreateMeeting(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind) =>
        _ = CreateMeetingAsync(invitation, owner, connection, kind);

    /// <inheritdoc/>
    public void Enter(InvitationId invitation, MeetingCode code, EnterRoom entry)
    {
        lock (_gate)
            _entering = EnterAsync(_entering, invitation, code, entry);
    }

    /// <inheritdoc/>
    public void Dispose() => _actor?.Dispose();

    private bool IsAccountOnline(UserId user) => presence.Of(user).Any(session => session.Principal is { User.Kind: UserKind.Account });

    private void Post(ConnectionId connection, string? id, InvitationCommand command)
    {
        if (!Actor.TryPost(command))
            Reply(connection, new Error(ErrorCodes.Internal, "Calls are not possible at the moment; try again.") { Id = id });
    }

    private async Task CreateMeetingAsync(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind)
    {
        MeetingMade made;
        try
        {
            made = sessions.Find(connection) switch
            {
                null or { HasEnded: true } => new MeetingMade(invitation, null, ErrorCodes.UserOffline),
                { Binding: null, PendingEntry: null } => new MeetingMade(invitation, await calls.MakeAsync(invitation, owner.Id, kind)),
                _ => new MeetingMade(invitation, null, ErrorCodes.AlreadyInRoom),
            };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.MeetingNotMade(invitation, exception);
            made = new MeetingMade(invitation, null, ErrorCodes.Internal);
        }

        Actor.TryPost(made);
    }

    private async Task EnterAsync(Task before, InvitationId invitation, MeetingCode code, EnterRoom command)
    {
        await before;
        try
        {
            var entry = await entries.EnterByInvitationAsync(code, command);
            if (command.Reply == EntryReply.Invitation)
                _ = DecideAsync(invitation, command.Connection, entry);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.RequestFailed(command.Connection.Value, command.Request.Type, exception);
            Reply(command.Connection, new Error(ErrorCodes.Internal, "The room cannot be reached at the moment; try again.") { Id = command.Request.Id });
            Actor.TryPost(new EntryDecided(invitation, command.Connection, ErrorCodes.Internal));
        }
    }

    private async Task DecideAsync(InvitationId invitation, ConnectionId connection, Entry entry) =>
        Actor.TryPost(new EntryDecided(invitation, connection, await entry.Settled));
}
