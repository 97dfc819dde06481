// PATCH of a WHIP or WHEP session: trickled candidates, or new ICE credentials. RFC 9725 §4.3.
using Microsoft.Net.Http.Headers;
using Parley.Media.Sdp;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

internal static class PatchSession
{
    public static void Map(IEndpointRouteBuilder api)
    {
        Describe(api.MapPatch("/meetings/{code}/whip/{id}", static (string code, string id, HttpContext context, MediaGateway gateway, RateLimits limits, ILogger<MediaGateway> logger) =>
            HandleAsync(MediaSessionKind.Publisher, code, id, context, gateway, limits, logger)), "PatchPublisher");
        Describe(api.MapPatch("/meetings/{code}/whep/{id}", static (string code, string id, HttpContext context, MediaGateway gateway, RateLimits limits, ILogger<MediaGateway> logger) =>
            HandleAsync(MediaSessionKind.Subscriber, code, id, context, gateway, limits, logger)), "PatchSubscriber");
    }

    private static void Describe(RouteHandlerBuilder route, string name) =>
        route.WithName(name).WithTags("media").WithSummary("Trickles candidates (204) or restarts ICE (200). If-Match names the session's entity tag, or is * for a restart.")
            .TextBody(IceFragment.MediaType).Produces<string>(200, IceFragment.MediaType).Produces(204).Fails(401, 403, 404, 412, 413, 415, 422, 428, 429)
            .RequireAuthorization(Policies.Anybody);

    private static async Task<IResult> HandleAsync(
        MediaSessionKind kind, string code, string id, HttpContext context, MediaGateway gateway, RateLimits limits, ILogger logger)
    {
        var principal = context.GetPrincipal();
        if (!limits.TryMediaChange(principal.User.Id, out var retryAfter))
            return Problems.RateLimited(retryAfter);
        if (gateway.Find(kind, code, id, principal, out var session) is { } missing)
            return missing;
        if (context.Request.Headers.IfMatch.Count == 0)
            return Errors.PreconditionRequired;
        if (!IsMeant(context.Request, session!.EntityTag))
            return Errors.PreconditionFailed;
        var (fragment, problem) = await SdpBody.ReadFragmentAsync(context.Request);
        if (fragment is null)
            return problem!;
        if (!session.IsRestart(fragment))
            return session.Trickle(fragment) is { } refused ? Errors.UnacceptableSdp(refused.Message) : Results.NoContent();
        // Asked again under the session's lock: of two that name the same tag one is too late.
        switch (session.Restart(fragment, tag => IsMeant(context.Request, tag), (local, remote) => gateway.RestartIceAsync(session, local, remote)))
        {
            case IceRestart.Done done:
                if (!await done.Told)
                    return Errors.SessionNotFound;
                logger.IceRestarted(kind, session.Id, session.Code);
                context.Response.Headers.ETag = done.EntityTag;
                context.Response.Headers.CacheControl = "no-store";
                return Results.Text(done.Answer.ToString(), IceFragment.MediaType);
            case IceRestart.Refused refused:
                return Errors.UnacceptableSdp(refused.Error.Message);
            default:
                return Errors.PreconditionFailed;
        }
    }

    /// <summary>RFC 9110 §13.1.1; a session is never without its tag, so * always matches. Some clients put it in quotes.</summary>
    private static bool IsMeant(HttpRequest request, string entityTag)
    {
        var current = new EntityTagHeaderValue(entityTag);
        return EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags)
            && tags.Any(tag => tag.Tag.Value is "*" or "\"*\"" || tag.Compare(current, useStrongComparison: true));
    }
}
