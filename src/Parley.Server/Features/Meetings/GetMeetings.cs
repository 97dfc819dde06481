// GET /api/meetings: one's own meetings.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

internal static class GetMeetings
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/meetings", HandleAsync).WithName("ListMeetings").WithTags("meetings").WithSummary("One's own meetings, newest first.")
            .Answers<ListBody<MeetingBody>>().Paged().Fails(401, 403).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(PageQuery page, HttpContext context, MeetingStore store, MeetingViews views)
    {
        var meetings = await store.ListOwnAsync(context.GetPrincipal().User.Id, page.Request, context.RequestAborted);
        return ListBody.From(meetings, meeting => views.Of(meeting, context));
    }
}
