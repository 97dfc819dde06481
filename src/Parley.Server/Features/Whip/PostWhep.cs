// POST /api/meetings/{code}/whep: begins to receive one publisher, or whoever publishes. draft-ietf-wish-whep §4.2.
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

internal static class PostWhep
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/meetings/{code}/whep", HandleAsync).WithName("Subscribe").WithTags("media").WithSummary("Begins to receive by WHEP: an SDP offer for an answer.")
            .Query("from", "The publisher: the last segment of the Location that WHIP answered. Without it every section is a slot for whoever publishes.")
            .TextBody(SdpBody.MediaType).Produces<string>(201, SdpBody.MediaType).Fails(401, 403, 404, 406, 409, 410, 413, 415, 422, 423, 429, 503)
            .RequireAuthorization(Policies.Anybody);

    private static Task<IResult> HandleAsync(string code, HttpContext context, MediaOffers offers, MediaGateway gateway)
    {
        string? from = context.Request.Query["from"];
        return offers.AnswerAsync(code, context, (place, offer) => gateway.SubscribeAsync(place, offer, string.IsNullOrEmpty(from) ? null : from));
    }
}
