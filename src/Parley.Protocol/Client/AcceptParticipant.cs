// `accept_participant`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Admits one who waits, or all (host, co-host).</summary>
/// <param name="ParticipantId">Who is admitted.</param>
public sealed record AcceptParticipant(AdmissionTarget ParticipantId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "accept_participant";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
