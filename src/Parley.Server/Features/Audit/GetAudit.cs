// GET /api/audit: security events, for administrators.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Audit;

/// <summary>A security event as an administrator reads it.</summary>
/// <param name="Id">The entry.</param>
/// <param name="At">When.</param>
/// <param name="Event">A stable snake_case name.</param>
/// <param name="ActorId">Who did it.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="MeetingCode">Where.</param>
/// <param name="Address">The network address it came from.</param>
/// <param name="Detail">What else matters.</param>
public sealed record AuditBody(
    Guid Id,
    DateTimeOffset At,
    string Event,
    UserId? ActorId,
    UserId? SubjectId,
    MeetingCode? MeetingCode,
    string? Address,
    string? Detail);

internal static class GetAudit
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/audit", HandleAsync).WithName("ListAudit").WithTags("operations").WithSummary("Security events, newest first.")
            .Answers<ListBody<AuditBody>>().Paged().Fails(401, 403)
            .Query("event", "Only events of this name.").Query("actor_id", "Only what this user did.").Query("subject_id", "Only what was done to this user.")
            .RequireAuthorization(Policies.Administrator);

    private static async Task<IResult> HandleAsync(PageQuery page, HttpContext context, AuditStore store)
    {
        var query = context.Request.Query;
        var filter = new AuditFilter(Text(query["event"]), User(query["actor_id"]), User(query["subject_id"]));
        var entries = await store.ListAsync(filter, page.Request, context.RequestAborted);
        return ListBody.From(entries, static entry => new AuditBody(
            entry.Id, entry.At, entry.Event, entry.Actor, entry.Subject, entry.MeetingCode, entry.Address, entry.Detail));
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static UserId? User(string? value) => string.IsNullOrEmpty(value) ? null : UserId.Parse(value);
}
