// RFC 9457 problem details with a stable code: the one shape of every error over HTTP.
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;

namespace Parley.Server.Composition.Http;

/// <summary>The body of an error.</summary>
/// <param name="Type">about:blank: the code says what happened.</param>
/// <param name="Title">A sentence for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, snake_case.</param>
/// <param name="Detail">More, for the client's developer; null for nothing more.</param>
/// <param name="Errors">For validation: what is wrong, by field.</param>
/// <param name="RetryAfter">Seconds until another try may succeed.</param>
/// <param name="CorrelationId">Finds the request in the server's log.</param>
public sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Code,
    string? Detail = null,
    IReadOnlyDictionary<string, string[]>? Errors = null,
    int? RetryAfter = null,
    string? CorrelationId = null);

/// <summary>An error value that a handler returns.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, snake_case.</param>
/// <param name="Title">A sentence for people.</param>
public sealed record Problem(int Status, string Code, string Title) : IResult, IStatusCodeHttpResult
{
    /// <summary>The media type of errors.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>More, for the client's developer.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When another try may succeed; also sent as Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        int? retrySeconds = RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;
        if (retrySeconds is not null)
            response.Headers.RetryAfter = retrySeconds.Value.ToString(CultureInfo.InvariantCulture);
        var body = new ProblemBody("about:blank", Title, Status, Code, Detail, Errors, retrySeconds, httpContext.TraceIdentifier);
        return response.WriteAsJsonAsync(body, ProblemJson.Default.ProblemBody, ContentType);
    }
}

/// <summary>Source-generated JSON of errors.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
public sealed partial class ProblemJson : JsonSerializerContext;
