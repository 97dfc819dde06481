// Takes a user whose password changed off every socket, and one who lost the right to be here out of every room as well.
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Accounts;
using Parley.Server.Media;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="ISessionRevocation"/>
internal sealed class SessionRevocation(Presence presence, DepartedBearers departed, RoomDirectory directory, MediaGateway media) : ISessionRevocation
{
    /// <inheritdoc/>
    public Task CloseUserAsync(UserId user, CancellationToken cancellation)
    {
        presence.NoteRevocation();
        departed.Revoke(user);
        foreach (var session in presence.Of(user))
            session.Connection.Close(CloseCode.AccountDisabled, "account disabled or password changed");
        media.End(user);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveUserAsync(UserId user, CancellationToken cancellation)
    {
        // Every room, not only those of open sockets: a presence may just be reconnecting.
        foreach (var room in directory.All)
            room.Deliver(new UserRevoked(user));
        return CloseUserAsync(user, cancellation);
    }
}
