// GET /api/call-logs: one's own history.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.History;

internal static class GetCallLogs
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/call-logs", HandleAsync).WithName("ListCallLogs").WithTags("history").WithSummary("One's own calls, newest first.")
            .Answers<ListBody<CallLogBody>>().Paged().Fails(401, 403).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(PageQuery page, HttpContext context, CallLogStore store)
    {
        var entries = await store.ListOwnAsync(context.GetPrincipal().User.Id, page.Request, context.RequestAborted);
        return ListBody.From(entries, CallLogBody.From);
    }
}
