// DELETE /api/meetings/{code}: takes a meeting away with its chat and attendance.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Meetings;

internal static class DeleteMeeting
{
    /// <summary>What everybody in a running room is told.</summary>
    private const string Reason = "deleted";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete("/meetings/{code}", HandleAsync).WithName("DeleteMeeting").WithTags("meetings")
            .WithSummary("Deletes a meeting, ending it first if it runs.").Produces(204).Fails(401, 403, 404).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(
        string code,
        HttpContext context,
        MeetingAccess access,
        MeetingStore store,
        IRunningRooms rooms,
        MediaGateway media,
        IAuditLog audit)
    {
        var cancellation = context.RequestAborted;
        var principal = context.GetPrincipal();
        if (await access.FindAsync(code, cancellation) is not { } meeting)
            return Errors.MeetingNotFound;
        if (!MeetingAccess.IsOwner(meeting, principal))
            return Errors.NotOwner;
        await rooms.EndAsync(meeting.Id, Reason, cancellation);
        if (!await store.DeleteAsync(meeting.Id, cancellation))
            return Errors.MeetingNotFound;
        media.End(meeting.Id, null);
        audit.Write(context, "meeting_deleted", actor: principal.User.Id, meeting: meeting.Code);
        return Results.NoContent();
    }
}
