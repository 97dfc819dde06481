// `report_stats`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Sends a client's media statistics.</summary>
/// <param name="Samples">The samples; at most 64 KiB.</param>
public sealed record ReportStats(RawJson Samples) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "report_stats";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Size("samples", Samples, MessageLimits.SamplesBytes);
}
