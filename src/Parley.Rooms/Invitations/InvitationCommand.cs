// Everything that may enter the invitation book. Each is handled in one turn, without IO.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>One input of the invitation book.</summary>
public abstract record InvitationCommand;

/// <summary>invite: from somebody in no room, or passed on by a room's <see cref="IRoomOutlet.Ring"/>.</summary>
/// <param name="Connection">The inviting socket.</param>
/// <param name="Inviter">Who rings.</param>
/// <param name="Request">The request; its Id is repeated in the answer.</param>
/// <param name="InvitedOnline">Whether an account of that id has a connection.</param>
/// <param name="Room">The inviter's room; null when a new one is made on acceptance.</param>
/// <param name="Pass">What the inviter's role lets the invited pass.</param>
public sealed record RingUser(
    ConnectionId Connection,
    UserIdentity Inviter,
    Invite Request,
    bool InvitedOnline,
    MeetingSettings? Room = null,
    EntryPass Pass = EntryPass.None) : InvitationCommand;

/// <summary>accept_invitation.</summary>
/// <param name="Connection">The accepting socket, which enters the room.</param>
/// <param name="User">Who accepts.</param>
/// <param name="Request">The request.</param>
/// <param name="Here">The room that the connection is in; null for none.</param>
public sealed record TakeCall(ConnectionId Connection, UserIdentity User, AcceptInvitation Request, MeetingCode? Here = null) : InvitationCommand;

/// <summary>The answer to <see cref="IInvitationOutlet.Enter"/>: how the way into the room ended for somebody who took a call.</summary>
/// <param name="Invitation">Which call.</param>
/// <param name="Connection">The connection that took it.</param>
/// <param name="Fault">Null when they are in or wait; else the code of the refusal, user_offline when their connection ended before.</param>
public sealed record EntryDecided(InvitationId Invitation, ConnectionId Connection, string? Fault = null) : InvitationCommand;

/// <summary>decline_invitation.</summary>
/// <param name="Connection">The asking socket.</param>
/// <param name="User">Who declines.</param>
/// <param name="Request">The request.</param>
public sealed record RefuseCall(ConnectionId Connection, UserIdentity User, DeclineInvitation Request) : InvitationCommand;

/// <summary>cancel_invitation.</summary>
/// <param name="Connection">The asking socket.</param>
/// <param name="User">Who cancels.</param>
/// <param name="Request">The request.</param>
public sealed record StopCall(ConnectionId Connection, UserIdentity User, CancelInvitation Request) : InvitationCommand;

/// <summary>A user has a further connection: what rings for them rings there too, and what they ring with a lost connection is theirs to enter by it.</summary>
/// <param name="Connection">The new socket, registered.</param>
/// <param name="User">Whose.</param>
public sealed record UserConnected(ConnectionId Connection, UserIdentity User) : InvitationCommand;

/// <summary>A user's connection ended.</summary>
/// <param name="Connection">The lost socket.</param>
/// <param name="User">Whose it was.</param>
public sealed record UserDisconnected(ConnectionId Connection, UserId User) : InvitationCommand;

/// <summary>The answer to <see cref="IInvitationOutlet.CreateMeeting"/>.</summary>
/// <param name="Invitation">For which call.</param>
/// <param name="Meeting">The new meeting; null when there is a fault.</param>
/// <param name="Fault">already_in_room when the inviter's connection is in another room, user_offline when it is gone, internal when storing failed.</param>
public sealed record MeetingMade(InvitationId Invitation, MeetingSettings? Meeting, string? Fault = null) : InvitationCommand;

/// <summary>A change came to be stored, or could not be.</summary>
/// <param name="Ticket">Which, as given to <see cref="IInvitationEffects.Store"/>.</param>
public sealed record InvitationStored(long Ticket) : InvitationCommand;

/// <summary>A deadline may be due; the book looks at its own list.</summary>
public sealed record InvitationDeadlineDue : InvitationCommand;
