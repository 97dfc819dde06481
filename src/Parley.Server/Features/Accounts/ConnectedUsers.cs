// The ports through which REST sees and ends the signaling connections of users; Signaling implements them.
using Parley.Protocol;

namespace Parley.Server.Features.Accounts;

/// <summary>Who has a signaling connection.</summary>
public interface IPresence
{
    /// <summary>True while at least one connection of this user is registered.</summary>
    bool IsOnline(UserId user);
}

/// <summary>Ends connections of users who lost the right to them.</summary>
public interface ISessionRevocation
{
    /// <summary>Closes every connection of a user with 4403: they may sign in again and come back to where they were.</summary>
    Task CloseUserAsync(UserId user, CancellationToken cancellation);

    /// <summary>Closes every connection of a user with 4403 and takes their presences out of all rooms.</summary>
    Task RemoveUserAsync(UserId user, CancellationToken cancellation);
}

/// <summary>Stands in where there are no connections.</summary>
public sealed class NobodyConnected : IPresence, ISessionRevocation
{
    /// <inheritdoc/>
    public bool IsOnline(UserId user) => false;

    /// <inheritdoc/>
    public Task CloseUserAsync(UserId user, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RemoveUserAsync(UserId user, CancellationToken cancellation) => Task.CompletedTask;
}
