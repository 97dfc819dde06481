// What every server message shares (docs/protocol.md §2).
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A message to a client: an answer, an event of a room, or a relayed message. Each type has one sealed record in Server/.</summary>
public abstract record ServerMessage
{
    /// <summary>The discriminator on the wire.</summary>
    public abstract string Type { get; }

    /// <summary>The id of the client message that this answers.</summary>
    [JsonPropertyOrder(-2)]
    public string? Id { get; init; }

    /// <summary>The event's number in its room; null for answers and for relayed offers, answers and candidates.</summary>
    [JsonPropertyOrder(-1)]
    public long? Seq { get; init; }
}
