// What every client message shares (docs/protocol.md §2).
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A message from a client. Each type has one sealed record in Client/.</summary>
public abstract record ClientMessage
{
    /// <summary>The discriminator on the wire.</summary>
    public abstract string Type { get; }

    /// <summary>The client's own string that the answer repeats; at most <see cref="MessageLimits.IdLength"/> characters.</summary>
    [JsonPropertyOrder(-1)]
    public string? Id { get; init; }

    /// <summary>What is wrong with the fields, beyond their JSON types; null when nothing is.</summary>
    public virtual MessageFault? Validate() => null;
}

/// <summary>Why a message is refused.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">A sentence for the client's developer.</param>
public sealed record MessageFault(string Code, string Message);
