// POST /api/meetings/{code}/whip: begins to send audio and video into a meeting. RFC 9725 §4.2.
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

internal static class PostWhip
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/meetings/{code}/whip", HandleAsync).WithName("Publish").WithTags("media").WithSummary("Begins to send by WHIP (RFC 9725): an SDP offer for an answer.")
            .TextBody(SdpBody.MediaType).Produces<string>(201, SdpBody.MediaType).Fails(401, 403, 404, 406, 409, 410, 413, 415, 422, 423, 429, 503)
            .RequireAuthorization(Policies.Anybody);

    private static Task<IResult> HandleAsync(string code, HttpContext context, MediaOffers offers, MediaGateway gateway) =>
        offers.AnswerAsync(code, context, gateway.PublishAsync);
}
