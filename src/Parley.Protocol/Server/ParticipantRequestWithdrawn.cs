// `participant_request_withdrawn`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody waits no longer (host, co-host).</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Reason">left, timeout, declined or removed.</param>
public sealed record ParticipantRequestWithdrawn(ParticipantId ParticipantId, string Reason) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "participant_request_withdrawn";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
