// Whom accept_participant and decline_participant mean: one who waits, or everybody who does.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>One waiting participant, or all; <c>"all"</c> on the wire for the latter.</summary>
/// <param name="Participant">The one; null for all.</param>
[JsonConverter(typeof(AdmissionTargetConverter))]
public readonly record struct AdmissionTarget(ParticipantId? Participant)
{
    /// <summary>Everybody who waits.</summary>
    public static AdmissionTarget All => new(null);

    /// <inheritdoc/>
    public override string ToString() => Participant?.ToString() ?? "all";
}

/// <summary>JSON form of <see cref="AdmissionTarget"/>.</summary>
public sealed class AdmissionTargetConverter : IdConverter<AdmissionTarget>
{
    /// <inheritdoc/>
    protected override AdmissionTarget Parse(string? text) =>
        text == "all" ? AdmissionTarget.All : new AdmissionTarget(ParticipantId.Parse(text));
}
