// `offer`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>An SDP offer for one peer.</summary>
/// <param name="To">The peer, or the media server.</param>
/// <param name="Sdp">The session description.</param>
/// <param name="Tracks">What each mid carries.</param>
public sealed record Offer(ParticipantId To, string Sdp, IReadOnlyDictionary<string, TrackSource>? Tracks = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "offer";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() =>
        FieldRules.First(FieldRules.Length("sdp", Sdp, 1, MessageLimits.SdpLength), FieldRules.Tracks(Tracks));
}
