// `offer`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A peer's offer.</summary>
/// <param name="From">The peer.</param>
/// <param name="To">The receiver.</param>
/// <param name="Sdp">The session description.</param>
/// <param name="Tracks">What each mid carries.</param>
public sealed record OfferFrom(
    ParticipantId From,
    ParticipantId To,
    string Sdp,
    IReadOnlyDictionary<string, TrackSource>? Tracks = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "offer";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
