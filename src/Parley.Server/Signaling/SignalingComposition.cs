// Plugs signaling into the server.
using Parley.Data;
using Parley.Rooms;
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Meetings;
using Parley.Server.Signaling.Invitations;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Signaling.Sessions;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling;

/// <summary>Services and routes of signaling.</summary>
public static class SignalingComposition
{
    /// <summary>Where a WebSocket is opened.</summary>
    public const string Path = "/ws";

    /// <summary>Registers what signaling needs, and its implementations of IRunningRooms, IPresence and ISessionRevocation.</summary>
    public static IServiceCollection AddSignaling(this IServiceCollection services)
    {
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<ParleyOptions>();
            return new SignalingOptions { RateLimiting = options.RateLimiting, MeshLimit = options.Rooms.MeshLimit };
        });
        services.AddSingleton<ConnectionTable>();
        services.AddSingleton<ConnectionServices>();
        services.AddSingleton<Dismissal>();
        services.AddSingleton<SignalingEndpoint>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<Presence>();
        services.AddSingleton<IPresence>(static provider => provider.GetRequiredService<Presence>());
        services.AddSingleton<DepartedBearers>();
        services.AddSingleton<Registration>();
        services.AddSingleton<EntryMeters>();
        services.AddSingleton<ISessionFactory, SessionServices>();
        services.AddRooms();
        services.AddHostedService<SignalingHost>();
        services.AddHostedService<ConnectionSweep>();
        return services;
    }

    /// <summary>Maps /ws.</summary>
    public static void MapSignaling(this IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<SignalingEndpoint>();

        // CONNECT is how browsers open a WebSocket over HTTP/2 (RFC 8441). Short-circuited: each middleware after routing would keep a frame per connection.
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Connect], endpoint.HandleAsync).ExcludeFromDescription().ShortCircuit();
    }

    private static void AddRooms(this IServiceCollection services)
    {
        services.AddSingleton(static provider =>
        {
            var rooms = provider.GetRequiredService<ParleyOptions>().Rooms;
            return new RoomOptions { Empty = rooms.Empty, Reconnect = rooms.Reconnect };
        });
        services.AddSingleton(static provider => new InvitationOptions { Ring = provider.GetRequiredService<ParleyOptions>().Rooms.Invitation });
        services.AddSingleton<IRoomStore>(static provider =>
        {
            var logger = provider.GetRequiredService<ILogger<RoomStore>>();
            return new RoomStore(provider.GetRequiredService<Database>(), (meeting, exception) => logger.RoomUnreadable(meeting, exception));
        });
        services.AddSingleton<IInvitationStore, InvitationStore>();
        services.AddSingleton<IRoomEntropy, SystemEntropy>();
        services.AddSingleton<IActorFaults, RoomFaults>();
        services.AddSingleton<LocalRoomServices>();
        services.AddSingleton<RoomDirectory>();
        services.AddSingleton<RoomEntries>();
        services.AddSingleton<CallMeetings>();
        services.AddSingleton<InvitationHost>();
        services.AddSingleton<IRunningRooms, RunningRooms>();
        services.AddSingleton<ISessionRevocation, SessionRevocation>();
    }
}
