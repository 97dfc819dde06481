// GET /api/ice-servers: where to find STUN and TURN.
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Ice;

/// <summary>The answer of ice-servers.</summary>
/// <param name="IceServers">As RTCConfiguration takes them.</param>
/// <param name="TtlSeconds">When to ask again.</param>
public sealed record IceServersBody(IReadOnlyList<IceServer> IceServers, int TtlSeconds);

internal static class GetIceServers
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/ice-servers", Handle).WithName("GetIceServers").WithTags("ice").WithSummary("STUN and TURN, with short-lived credentials.")
            .Answers<IceServersBody>().Fails(401).RequireAuthorization(Policies.Anybody);

    private static JsonAnswer<IceServersBody> Handle(HttpContext context, IceServerList list) =>
        new(new IceServersBody(list.For(context.GetPrincipal().User.Id), (int)list.Lifetime.TotalSeconds)) { NoStore = true };
}
