// DELETE of a WHIP or WHEP session: the client has had enough. RFC 9725 §4.2.
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

internal static class DeleteSession
{
    public static void Map(IEndpointRouteBuilder api)
    {
        Describe(api.MapDelete("/meetings/{code}/whip/{id}", static (string code, string id, HttpContext context, MediaGateway gateway) =>
            HandleAsync(MediaSessionKind.Publisher, code, id, context, gateway)), "EndPublisher");
        Describe(api.MapDelete("/meetings/{code}/whep/{id}", static (string code, string id, HttpContext context, MediaGateway gateway) =>
            HandleAsync(MediaSessionKind.Subscriber, code, id, context, gateway)), "EndSubscriber");
    }

    private static void Describe(RouteHandlerBuilder route, string name) =>
        route.WithName(name).WithTags("media").WithSummary("Ends a session.").Produces(200).Fails(401, 403, 404).RequireAuthorization(Policies.Anybody);

    private static async Task<IResult> HandleAsync(MediaSessionKind kind, string code, string id, HttpContext context, MediaGateway gateway)
    {
        if (gateway.Find(kind, code, id, context.GetPrincipal(), out var session) is { } missing)
            return missing;
        await gateway.EndAsync(session!, "its client ended it");
        return Results.Ok();
    }
}
