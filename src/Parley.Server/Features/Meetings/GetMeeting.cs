// GET /api/meetings/{code}: what anybody with the code may know.
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;

namespace Parley.Server.Features.Meetings;

internal static class GetMeeting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/meetings/{code}", HandleAsync).WithName("GetMeeting").WithTags("meetings").WithSummary("The public view of a meeting.")
            .Answers<PublicMeetingBody>().Fails(404).AllowAnonymous();

    private static async Task<IResult> HandleAsync(string code, HttpContext context, MeetingAccess access, MeetingViews views) =>
        await access.FindAsync(code, context.RequestAborted) is { } meeting ? JsonAnswer.Ok(views.PublicOf(meeting)) : Errors.MeetingNotFound;
}
