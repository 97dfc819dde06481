// A security event as an administrator reads it.
using Dapper;
using Parley.Protocol;

namespace Parley.Data;

/// <summary>One security event. Holds no secret.</summary>
/// <param name="Id">A UUIDv7.</param>
/// <param name="At">When.</param>
/// <param name="Event">A stable snake_case name, such as <c>signed_in</c> or <c>participant_removed</c>.</param>
/// <param name="Actor">Who did it; null for nobody known.</param>
/// <param name="Subject">To whom it was done; null for nobody.</param>
/// <param name="MeetingCode">Where; null outside meetings.</param>
/// <param name="Address">The network address it came from.</param>
/// <param name="Detail">What else matters.</param>
[method: ExplicitConstructor]
public sealed record AuditEntry(
    Guid Id,
    DateTimeOffset At,
    string Event,
    UserId? Actor,
    UserId? Subject,
    MeetingCode? MeetingCode,
    string? Address,
    string? Detail)
{
    /// <summary>A new entry.</summary>
    public static AuditEntry New(
        DateTimeOffset at,
        string @event,
        UserId? actor = null,
        UserId? subject = null,
        MeetingCode? meetingCode = null,
        string? address = null,
        string? detail = null) => new(Guid.CreateVersion7(at), at, @event, actor, subject, meetingCode, address, detail);
}

/// <summary>Which entries an administrator asks for; what is null does not narrow.</summary>
/// <param name="Event">One kind of event.</param>
/// <param name="Actor">Done by.</param>
/// <param name="Subject">Done to.</param>
/// <param name="From">Not before.</param>
public sealed record AuditFilter(
    string? Event = null,
    UserId? Actor = null,
    UserId? Subject = null,
    DateTimeOffset? From = null);
