// A JSON response written with source-generated metadata.
using Microsoft.AspNetCore.Http.Metadata;

namespace Parley.Server.Composition.Json;

/// <summary>A body with its status.</summary>
/// <typeparam name="T">The body, listed in <see cref="ApiJson"/>.</typeparam>
/// <param name="Body">The body.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record JsonAnswer<T>(T Body, int Status = 200) : IResult, IStatusCodeHttpResult
{
    /// <summary>Forbids every cache to keep it.</summary>
    public bool NoStore { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (NoStore)
            httpContext.Response.Headers.CacheControl = "no-store";
        return httpContext.Response.WriteAsJsonAsync(Body, ApiJson.Of<T>());
    }
}

/// <summary>Makes answers.</summary>
public static class JsonAnswer
{
    /// <summary>200 with a body.</summary>
    public static JsonAnswer<T> Ok<T>(T body) => new(body);
}
