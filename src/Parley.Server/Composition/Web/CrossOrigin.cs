// CORS (Fetch §3.2) for REST, from the same list that the upgrade to WebSocket checks.
using Microsoft.Net.Http.Headers;
using Parley.Server.Composition.Http;

namespace Parley.Server.Composition.Web;

internal static class CrossOrigin
{
    private const string Methods = "GET, POST, PATCH, DELETE";
    private const string RequestHeaders = "authorization, content-type, if-match";
    private const string ExposedHeaders = "retry-after, x-request-id, location, etag, link";

    public static void UseCrossOrigin(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<Origins>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (!request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || request.Headers.Origin is not [{ } origin])
                return next(context);
            var headers = context.Response.Headers;
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            if (!origins.IsAllowed(origin, request))
                return IsPreflight(request) ? Problems.Forbidden.ExecuteAsync(context) : next(context);
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
            headers.AccessControlExposeHeaders = ExposedHeaders;
            if (!IsPreflight(request))
                return next(context);
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = RequestHeaders;
            headers.AccessControlMaxAge = "600";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);
}
