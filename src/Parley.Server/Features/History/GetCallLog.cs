// GET /api/call-logs/{id}: one call with its attendees; somebody else's is as absent as none.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.History;

internal static class GetCallLog
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/call-logs/{id}", HandleAsync).WithName("GetCallLog").WithTags("history").WithSummary("One call with its attendees.")
            .Answers<CallLogBody>().Fails(401, 403, 404).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(string id, HttpContext context, CallLogStore store)
    {
        var details = await store.FindOwnAsync(context.GetPrincipal().User.Id, CallLogId.Parse(id), context.RequestAborted);
        if (details is null)
            return Errors.CallLogNotFound;
        var attendees = details.Attendees.Select(person => new AttendeeBody(person.User, person.Name, person.JoinedAt, person.LeftAt));
        return JsonAnswer.Ok(CallLogBody.From(details.Entry) with { Attendees = [.. attendees] });
    }
}
