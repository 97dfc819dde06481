// The 201 of WHIP and WHEP: the answer, where the session is, its entity tag, and the ICE servers (RFC 9725 §4.2, §4.3.1, §4.6).
using Parley.Media.Sdp;
using Parley.Protocol;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

/// <summary>A session was opened.</summary>
internal sealed class OpenedSession(MediaSession session, string answer, IReadOnlyList<IceServer> iceServers) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status201Created;
        var headers = response.Headers;
        headers.Location = $"/api/meetings/{session.Code}/{SessionRoutes.PathOf(session.Kind)}/{session.Id}";
        headers.ETag = session.EntityTag;
        headers["Accept-Patch"] = IceFragment.MediaType;
        headers.CacheControl = "no-store";
        foreach (var link in iceServers.SelectMany(Links))
            headers.Append("Link", link);
        response.ContentType = SdpBody.MediaType;
        return response.WriteAsync(answer, httpContext.RequestAborted);
    }

    private static IEnumerable<string> Links(IceServer server)
    {
        var credentials = server is { Username: { } name, Credential: { } credential }
            ? $"; username={Quote(name)}; credential={Quote(credential)}; credential-type=\"password\""
            : string.Empty;
        // What a header cannot carry is left out: GET /api/ice-servers has it.
        return server.Urls.Where(static url => !url.AsSpan().ContainsAny('<', '>')).Select(url => $"<{url}>; rel=\"ice-server\"{credentials}")
            .Where(static link => !link.AsSpan().ContainsAnyExceptInRange(' ', '~'));
    }

    // RFC 9110 §5.6.4.
    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
