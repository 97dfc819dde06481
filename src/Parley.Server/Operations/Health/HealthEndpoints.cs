// Liveness and readiness: what a supervisor and a load balancer ask.
using Parley.Server.Composition.Json;

namespace Parley.Server.Operations.Health;

/// <summary>The answer of a health check.</summary>
/// <param name="Status">ok, or unavailable.</param>
/// <param name="Checks">What was looked at: ok, or what is wrong.</param>
public sealed record HealthBody(string Status, IReadOnlyDictionary<string, string> Checks);

/// <summary>Something that readiness depends on.</summary>
public interface IReadinessCheck
{
    /// <summary>The name in the answer.</summary>
    string Name { get; }

    /// <summary>Null when it is there, else what is wrong in a word or two, without secrets.</summary>
    Task<string?> CheckAsync(CancellationToken cancellation);
}

/// <summary>The routes under /health.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", Live)
            .Produces<HealthBody>().WithName("Live").WithTags("operations").WithSummary("The process answers.").AllowAnonymous();
        routes.MapGet("/health/ready", ReadyAsync)
            .Produces<HealthBody>().Produces<HealthBody>(503).WithName("Ready").WithTags("operations")
            .WithSummary("Everything the server depends on is there, and it is not draining.").AllowAnonymous();
    }

    private static UncachedJson Live() => Answer(new Dictionary<string, string>(StringComparer.Ordinal) { ["process"] = "ok" });

    private static async Task<UncachedJson> ReadyAsync(DrainState drain, IEnumerable<IReadinessCheck> checks, HttpContext context)
    {
        var results = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["node"] = drain switch { { IsStopping: true } => "draining", { HasStarted: false } => "starting", _ => "ok" },
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(Patience);
        foreach (var check in checks)
            results[check.Name] = await check.CheckAsync(deadline.Token) ?? "ok";
        return Answer(results);
    }

    private static UncachedJson Answer(Dictionary<string, string> checks)
    {
        var healthy = checks.Values.All(value => value == "ok");
        return new UncachedJson(new HealthBody(healthy ? "ok" : "unavailable", checks), healthy ? 200 : 503);
    }

    private sealed record UncachedJson(HealthBody Body, int Status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.Headers.CacheControl = "no-store";
            return httpContext.Response.WriteAsJsonAsync(Body, ApiJson.Default.HealthBody);
        }
    }
}
