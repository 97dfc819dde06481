// Who stands behind a connection, as far as a room cares.
using System.Text.Json.Serialization;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Where a user comes from.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<UserKind>))]
public enum UserKind
{
    /// <summary>Has an e-mail address and a password here.</summary>
    Account,

    /// <summary>Has only a name.</summary>
    Guest,

    /// <summary>Vouched for by another program's token.</summary>
    External,
}

/// <summary>A verified user.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Kind">Where they come from.</param>
/// <param name="GrantedRole">The role another program's token grants in this room; null for none.</param>
public sealed record UserIdentity(UserId Id, string Name, UserKind Kind, ParticipantRole? GrantedRole = null);

/// <summary>One signaling socket, unique for the life of the cluster's memory of it.</summary>
/// <param name="Value">Opaque to a room.</param>
public readonly record struct ConnectionId(long Value);
