// A media session as an administrator reads it.
using Parley.Protocol;

namespace Parley.Server.Features.Whip;

/// <summary>A WHIP or WHEP session with what its peer did. Counts are since its beginning.</summary>
/// <param name="Id">The last segment of its address.</param>
/// <param name="Kind"><c>publisher</c> or <c>subscriber</c>.</param>
/// <param name="MeetingCode">Where.</param>
/// <param name="UserId">Who opened it.</param>
/// <param name="Worker">The worker that carries it.</param>
/// <param name="Connected">Whether media can pass.</param>
/// <param name="Transport"><c>udp</c> or <c>tcp</c>; null before there is a path.</param>
/// <param name="Remote">The client's address as we see it.</param>
/// <param name="SilentMs">How long nothing came from it.</param>
/// <param name="RoundTripMs">The last round trip; null while it is not known.</param>
/// <param name="EstimateBps">What the way to it carries; absent while that is not known.</param>
/// <param name="LongestPacingWaitMs">The longest time that a packet waited for its turn on that way.</param>
/// <param name="Layers">What it publishes: an entry for each layer of each track.</param>
/// <param name="Subscriptions">What it receives: an entry for each section.</param>
/// <param name="Drops">Its packets that went nowhere, by reason.</param>
public sealed record MediaSessionBody(
    string Id,
    string Kind,
    MeetingCode MeetingCode,
    UserId UserId,
    int Worker,
    bool Connected,
    string? Transport,
    string? Remote,
    double SilentMs,
    double? RoundTripMs,
    long? EstimateBps,
    double LongestPacingWaitMs,
    IReadOnlyList<PublishedLayerBody> Layers,
    IReadOnlyList<SubscriptionBody> Subscriptions,
    IReadOnlyDictionary<string, long> Drops);

/// <summary>A layer that a client publishes.</summary>
/// <param name="Mid">The section.</param>
/// <param name="Kind"><c>audio</c> or <c>video</c>.</param>
/// <param name="Rid">The simulcast layer; absent where there is one.</param>
/// <param name="Alive">Whether packets come.</param>
/// <param name="Packets">Packets received.</param>
/// <param name="Bytes">Bytes of payload received.</param>
/// <param name="PacketsLost">Packets that never came.</param>
/// <param name="PacketsRequested">Packets asked for again (NACK).</param>
/// <param name="KeyframeRequests">Keyframes asked for (PLI, FIR).</param>
/// <param name="KeyframeAgeMs">How long ago the last keyframe came; absent when none did, or none can be told.</param>
/// <param name="JitterMs">Interarrival jitter.</param>
/// <param name="Readers">How many receive it.</param>
public sealed record PublishedLayerBody(
    string Mid,
    string Kind,
    string? Rid,
    bool Alive,
    long Packets,
    long Bytes,
    long PacketsLost,
    long PacketsRequested,
    long KeyframeRequests,
    double? KeyframeAgeMs,
    double JitterMs,
    int Readers);

/// <summary>What a client receives in one section.</summary>
/// <param name="Mid">The section.</param>
/// <param name="Kind"><c>audio</c> or <c>video</c>.</param>
/// <param name="Publisher">The session whose track it is; absent while there is none.</param>
/// <param name="Layer">The simulcast layer that is sent, from 0 on; absent while none is.</param>
/// <param name="Paused">Whether nothing is sent by wish.</param>
/// <param name="Waiting">Whether it waits for a keyframe.</param>
/// <param name="Packets">Packets sent.</param>
/// <param name="Bytes">Bytes of payload sent.</param>
/// <param name="PacketsMissed">Packets that were overwritten before they could be sent.</param>
/// <param name="PacketsLost">Packets that the client reports as lost.</param>
/// <param name="LossRate">The share lost of late, from 0 to 1.</param>
/// <param name="PacketsRepeated">Packets sent again (NACK).</param>
/// <param name="RepeatsRefused">Requests for packets that are not held any more, were sent again just before, or too often.</param>
/// <param name="KeyframesAsked">Keyframes that the client asked for (PLI, FIR).</param>
/// <param name="RoundTripMs">The last round trip; absent while it is not known.</param>
public sealed record SubscriptionBody(
    string Mid,
    string Kind,
    string? Publisher,
    int? Layer,
    bool Paused,
    bool Waiting,
    long Packets,
    long Bytes,
    long PacketsMissed,
    long PacketsLost,
    double LossRate,
    long PacketsRepeated,
    long RepeatsRefused,
    long KeyframesAsked,
    double? RoundTripMs);
