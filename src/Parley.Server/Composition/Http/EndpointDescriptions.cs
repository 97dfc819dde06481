// Says in the OpenAPI document what a call answers, in one line per call.
namespace Parley.Server.Composition.Http;

/// <summary>Marks a call that answers page by page.</summary>
internal sealed record PagedMetadata
{
    public static PagedMetadata Instance { get; } = new();
}

/// <summary>A query parameter that a call reads by itself.</summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Description">What it does.</param>
/// <param name="Required">Whether the call fails without it.</param>
internal sealed record QueryParameterMetadata(string Name, string Description, bool Required = false);

/// <summary>A body of text that a call reads by itself.</summary>
/// <param name="MediaType">Its media type.</param>
internal sealed record TextBodyMetadata(string MediaType);

internal static class EndpointDescriptions
{
    /// <summary>The success of a call.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status = 200) => route.Produces<T>(status, "application/json");

    /// <summary>The statuses of a call's problems.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            route.Produces<ProblemBody>(status, Problem.ContentType);
        return route;
    }

    public static RouteHandlerBuilder Paged(this RouteHandlerBuilder route) => route.WithMetadata(PagedMetadata.Instance).Fails(400);

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description, bool required = false) =>
        route.WithMetadata(new QueryParameterMetadata(name, description, required));

    public static RouteHandlerBuilder TextBody(this RouteHandlerBuilder route, string mediaType) => route.WithMetadata(new TextBodyMetadata(mediaType));
}
