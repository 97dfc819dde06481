// Reads bodies of SDP: the right media type, UTF-8, and what the parser makes of them; every way it can be wrong becomes a Problem.
using System.Text;
using Microsoft.Net.Http.Headers;
using Parley.Media.Sdp;
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Whip;

internal static class SdpBody
{
    public const string MediaType = "application/sdp";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The offer of the request, or what is wrong with it.</summary>
    public static async Task<(SessionDescription? Offer, Problem? Problem)> ReadOfferAsync(HttpRequest request)
    {
        if (!Accepts(request))
            return (null, Errors.NotAcceptable);
        var (text, problem) = await ReadAsync(request, MediaType, Errors.NotSdp);
        if (text is null)
            return (null, problem);
        return SessionDescription.TryParse(text, out var offer, out var error) ? (offer, null) : (null, Errors.BadSdp(error!.ToString()));
    }

    /// <summary>The fragment of the request, or what is wrong with it.</summary>
    public static async Task<(IceFragment? Fragment, Problem? Problem)> ReadFragmentAsync(HttpRequest request)
    {
        var (text, problem) = await ReadAsync(request, IceFragment.MediaType, Errors.NotFragment);
        if (text is null)
            return (null, problem);
        return IceFragment.TryParse(text, out var fragment, out var error) ? (fragment, null) : (null, Errors.BadSdp(error!.ToString()));
    }

    private static async Task<(string? Text, Problem? Problem)> ReadAsync(HttpRequest request, string mediaType, Problem otherType)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            return (null, otherType);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        try
        {
            return (Strict.GetString(body.GetBuffer(), 0, (int)body.Length), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, Errors.BadSdp("The body is not UTF-8."));
        }
    }

    /// <summary>Whether the client takes application/sdp (RFC 9110 §12.5.1): the most specific range counts, and none means all.</summary>
    private static bool Accepts(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges))
            return true;
        var best = ranges.Where(static range => range.MatchesAllTypes || (range.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && (range.MatchesAllSubTypes || range.SubType.Equals("sdp", StringComparison.OrdinalIgnoreCase))))
            .MaxBy(static range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return best is not null && best.Quality is not 0;
    }
}
