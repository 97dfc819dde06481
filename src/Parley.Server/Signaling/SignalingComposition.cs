// Plugs signaling into the server.
namespace Parley.Server.Signaling;

/// <summary>Services and routes of signaling.</summary>
public static class SignalingComposition
{
    /// <summary>Registers what signaling needs, and its implementations of IRunningRooms, IPresence and ISessionRevocation.</summary>
    public static IServiceCollection AddSignaling(this IServiceCollection services) => services;

    /// <summary>Maps /ws.</summary>
    public static void MapSignaling(this IEndpointRouteBuilder routes)
    {
    }
}
