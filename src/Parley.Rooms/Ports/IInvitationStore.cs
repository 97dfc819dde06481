// Where invitations are kept, so that they go on ringing after a restart and leave their trace in the history of who was rung.
using System.Text.Json.Serialization;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Where in its life an invitation is.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<InvitationState>))]
public enum InvitationState
{
    /// <summary>Nobody has decided yet.</summary>
    Ringing,

    /// <summary>The invited user took the call.</summary>
    Accepted,

    /// <summary>The invited user refused it.</summary>
    Declined,

    /// <summary>The inviter stopped ringing, or was gone when the call was taken.</summary>
    Cancelled,

    /// <summary>Nobody answered in time, or the invited user had no connection.</summary>
    Missed,
}

/// <summary>An invitation.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Inviter">Who rings.</param>
/// <param name="Invited">Who is rung.</param>
/// <param name="ClientId">The inviter's own id of this ring.</param>
/// <param name="Meeting">The meeting it leads into; null until one is made.</param>
/// <param name="Code">That meeting's code.</param>
/// <param name="MeetingTitle">That meeting's title.</param>
/// <param name="Kind">What the call carries.</param>
/// <param name="Pass">What it lets its bearer pass.</param>
/// <param name="SentAt">When it began to ring.</param>
/// <param name="ExpiresAt">When it is missed.</param>
/// <param name="State">Where in its life it is.</param>
public sealed record InvitationRecord(
    InvitationId Id,
    UserIdentity Inviter,
    UserId Invited,
    string? ClientId,
    MeetingId? Meeting,
    MeetingCode? Code,
    string? MeetingTitle,
    MeetingKind Kind,
    EntryPass Pass,
    DateTimeOffset SentAt,
    DateTimeOffset ExpiresAt,
    InvitationState State);

/// <summary>The trace of a call that was not taken, in the history of who was rung. A row of its own: it never replaces the row of a stay in the same meeting.</summary>
/// <param name="Invitation">The row's key.</param>
/// <param name="User">Whose history; a user who does not exist is ignored.</param>
/// <param name="From">Who rang.</param>
/// <param name="Meeting">The meeting; null when none had been made.</param>
/// <param name="MeetingCode">Its code.</param>
/// <param name="MeetingTitle">Its title.</param>
/// <param name="Outcome">Missed or declined.</param>
/// <param name="StartedAt">When it began to ring.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record UnansweredCall(
    InvitationId Invitation,
    UserId User,
    PersonView From,
    MeetingId? Meeting,
    MeetingCode? MeetingCode,
    string? MeetingTitle,
    CallOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt);

/// <summary>One durable step of an invitation.</summary>
/// <param name="Invitation">Its new state; replaces the one before, by id.</param>
/// <param name="Unanswered">The row to insert, once, by invitation; null for none.</param>
public sealed record InvitationChange(InvitationRecord Invitation, UnansweredCall? Unanswered);

/// <summary>Durable storage of invitations.</summary>
public interface IInvitationStore
{
    /// <summary>Stores a change in one transaction. Storing the same change twice changes nothing, and a settled invitation does not
    /// go back to ringing, in whatever order changes arrive.</summary>
    /// <exception cref="Exception">Nothing was stored.</exception>
    Task StoreAsync(InvitationChange change, CancellationToken cancellation);

    /// <summary>Every invitation that expires after a time, whatever its state; older ones may be deleted.</summary>
    Task<IReadOnlyList<InvitationRecord>> LoadAsync(DateTimeOffset expiresAfter, CancellationToken cancellation);
}
