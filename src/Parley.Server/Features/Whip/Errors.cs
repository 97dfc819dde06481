// The errors of WHIP and WHEP.
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Whip;

/// <summary>Errors under /api/meetings/{code}/whip and whep.</summary>
internal static class Errors
{
    public static Problem NotAdmitted { get; } = new(403, "not_admitted", "The host has to let you in first: join the meeting.");

    public static Problem Removed { get; } = new(403, "removed", "You were removed from this meeting.");

    public static Problem NotYours { get; } = new(403, "forbidden", "Only who opened the session may change or end it.");

    public static Problem SessionNotFound { get; } = new(404, "session_not_found", "There is no such session, or it is over.");

    public static Problem PublisherNotFound { get; } = new(404, "publisher_not_found", "This publisher is not in the meeting, or has left.");

    public static Problem NotAcceptable { get; } = new(406, "not_acceptable", "The answer is application/sdp, which the request does not accept.");

    public static Problem NobodyPublishes { get; } = new(409, "nobody_publishes", "Nobody publishes in this meeting yet.") { RetryAfter = TimeSpan.FromSeconds(2) };

    public static Problem PreconditionFailed { get; } = new(412, "precondition_failed", "The session has been restarted since: its entity tag is another one.");

    public static Problem NotSdp { get; } = new(415, "unsupported_media_type", "The body must be application/sdp.");

    public static Problem NotFragment { get; } = new(415, "unsupported_media_type", "The body must be application/trickle-ice-sdpfrag.");

    public static Problem PreconditionRequired { get; } = new(428, "precondition_required", "If-Match must name the session's entity tag.");

    public static Problem MediaOff { get; } = new(503, "media_off", "This server carries no media.");

    public static Problem MediaFull { get; } = new(503, "media_full", "As many publish or receive in this meeting as may.") { RetryAfter = TimeSpan.FromSeconds(10) };

    /// <summary>It cannot be read.</summary>
    public static Problem BadSdp(string detail) => new(422, "bad_sdp", "The body is not the SDP that is expected here.") { Detail = detail };

    /// <summary>It can be read, and fits to nothing here.</summary>
    public static Problem UnacceptableSdp(string? detail) => new(422, "unacceptable_sdp", "The session description cannot be accepted.") { Detail = detail };
}
