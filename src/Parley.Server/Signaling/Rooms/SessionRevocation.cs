// Takes a user who lost the right to be here out of every room and off every socket.
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Accounts;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="ISessionRevocation"/>
internal sealed class SessionRevocation(Presence presence, DepartedBearers departed, RoomDirectory directory) : ISessionRevocation
{
    /// <inheritdoc/>
    public Task CloseUserAsync(UserId user, CancellationToken cancellation)
    {
        presence.NoteRevocation();
        departed.Revoke(user);

        // Every room, not only those of open sockets: a presence may just be reconnecting.
        foreach (var room in directory.All)
            room.Deliver(new UserRevoked(user));
        foreach (var session in presence.Of(user))
            session.Connection.Close(CloseCode.AccountDisabled, "account disabled or password changed");
        return Task.CompletedTask;
    }
}
