// `registered`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The connection belongs to this user now.</summary>
/// <param name="User">Who.</param>
/// <param name="IceServers">STUN and TURN for this user.</param>
/// <param name="HeartbeatSeconds">How often the server pings.</param>
/// <param name="MeshLimit">The most people whom browsers carry well among themselves; above it a client says that it may be slow.</param>
public sealed record Registered(UserView User, IReadOnlyList<IceServer> IceServers, int HeartbeatSeconds, int MeshLimit) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "registered";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
