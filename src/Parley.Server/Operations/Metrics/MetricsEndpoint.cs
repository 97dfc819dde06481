// GET /metrics for Prometheus.
using Parley.Server.Composition.Configuration;
using Parley.Server.Composition.Http;

namespace Parley.Server.Operations.Metrics;

internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", Handle).WithName("Metrics").WithTags("operations").WithSummary("Metrics in Prometheus text form.")
            .Produces<string>(200, "text/plain").Fails(403).AllowAnonymous();

    private static IResult Handle(HttpContext context, ParleyOptions options, MetricsCollector collector) =>
        MetricsAccess.MayRead(context, options)
            ? Results.Text(PrometheusText.Write(collector.Collect()), PrometheusText.ContentType)
            : Problems.Forbidden;
}
