// The errors that belong to no area: what HTTP, authentication and limits themselves answer.
namespace Parley.Server.Composition.Http;

/// <summary>Errors of every route.</summary>
public static class Problems
{
    /// <summary>No valid access token.</summary>
    public static Problem Unauthenticated { get; } = new(401, "unauthenticated", "A valid access token is needed.");

    /// <summary>This token or account is not for this call.</summary>
    public static Problem Forbidden { get; } = new(403, "forbidden", "This is not allowed.");

    /// <summary>No such route.</summary>
    public static Problem NotFound { get; } = new(404, "not_found", "There is nothing at this address.");

    /// <summary>The route exists, the method does not.</summary>
    public static Problem MethodNotAllowed { get; } = new(405, "method_not_allowed", "This address does not answer this method.");

    /// <summary>The body is larger than allowed.</summary>
    public static Problem PayloadTooLarge { get; } = new(413, "payload_too_large", "The request's body is too large.");

    /// <summary>The body is not of the media type that the route takes.</summary>
    public static Problem UnsupportedMediaType { get; } = new(415, "unsupported_media_type", "The body must be application/json.");

    /// <summary>A bug or a broken dependency.</summary>
    public static Problem Internal { get; } = new(500, "internal", "The server failed; trying again may help.");

    /// <summary>The database or the node is not there for the moment.</summary>
    public static Problem Unavailable { get; } = new(503, "unavailable", "The server cannot do this at the moment.") { RetryAfter = TimeSpan.FromSeconds(2) };

    /// <summary>The body is not well-formed JSON.</summary>
    public static Problem Malformed(string detail) => new(400, "bad_request", "The request cannot be read.") { Detail = detail };

    /// <summary>Fields are wrong.</summary>
    public static Problem Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "validation_failed", "Some fields are not valid.") { Errors = errors };

    /// <summary>One field is wrong.</summary>
    public static Problem Validation(string field, string message) =>
        Validation(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    /// <summary>Too many tries.</summary>
    public static Problem RateLimited(TimeSpan retryAfter) => new(429, "rate_limited", "Too many requests; wait a moment.") { RetryAfter = retryAfter };

    /// <summary>What stands for a bare status code of the framework.</summary>
    public static Problem ForStatus(int status) => status switch
    {
        400 => Malformed("The request is not valid HTTP for this address."),
        401 => Unauthenticated,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        500 => Internal,
        503 => Unavailable,
        < 500 => new Problem(status, "bad_request", "The request cannot be answered."),
        _ => new Problem(status, "internal", "The server failed; trying again may help."),
    };
}
