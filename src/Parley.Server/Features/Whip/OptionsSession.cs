// OPTIONS of WHIP and WHEP addresses, beside CORS's own preflight: what they take. RFC 9725 §4.2.
using Parley.Media.Sdp;

namespace Parley.Server.Features.Whip;

internal static class OptionsSession
{
    private static readonly string[] Options = [HttpMethods.Options];

    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var path in new[] { "whip", "whep" })
        {
            api.MapMethods($"/meetings/{{code}}/{path}", Options, static context => Answer(context, "OPTIONS, POST", "Accept-Post", SdpBody.MediaType))
                .ExcludeFromDescription().AllowAnonymous();
            api.MapMethods($"/meetings/{{code}}/{path}/{{id}}", Options, static context => Answer(context, "DELETE, OPTIONS, PATCH", "Accept-Patch", IceFragment.MediaType))
                .ExcludeFromDescription().AllowAnonymous();
        }
    }

    private static Task Answer(HttpContext context, string methods, string header, string mediaType)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.Allow = methods;
        context.Response.Headers[header] = mediaType;
        return Task.CompletedTask;
    }
}
