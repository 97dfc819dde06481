// POST /api/meetings/{code}/end: ends a meeting for everybody.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Meetings;

internal static class PostEnd
{
    /// <summary>What everybody in the room is told.</summary>
    private const string Reason = "host_ended";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/meetings/{code}/end", HandleAsync).WithName("EndMeeting").WithTags("meetings").WithSummary("Ends a meeting for everybody.")
            .Answers<MeetingBody>().Fails(401, 403, 404, 410).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(
        string code,
        HttpContext context,
        MeetingAccess access,
        MeetingStore store,
        MeetingViews views,
        IRunningRooms rooms,
        MediaGateway media,
        IAuditLog audit,
        TimeProvider clock)
    {
        var cancellation = context.RequestAborted;
        var principal = context.GetPrincipal();
        if (await access.FindAsync(code, cancellation) is not { } meeting)
            return Errors.MeetingNotFound;
        if (!access.IsHost(meeting, principal))
            return Errors.NotHost;
        if (access.IsEnded(meeting))
            return Errors.MeetingEnded;
        if (!await rooms.EndAsync(meeting.Id, Reason, cancellation) && !await store.EndAsync(meeting.Id, clock.GetUtcNow(), cancellation))
            return Errors.MeetingEnded;
        media.End(meeting.Id, null);
        audit.Write(context, "meeting_ended", actor: principal.User.Id, meeting: meeting.Code);
        var ended = await store.FindAsync(meeting.Id, cancellation) ?? meeting;
        return JsonAnswer.Ok(views.Of(ended, context) with { State = MeetingState.Ended });
    }
}
