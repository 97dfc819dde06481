// What an engine takes and passes on; negotiation never goes beyond it.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>A codec that is taken.</summary>
/// <param name="Kind">Audio or video.</param>
/// <param name="Name">The encoding name.</param>
/// <param name="ClockRate">RTP clock rate in Hz.</param>
public sealed record CodecCapability(MediaKind Kind, string Name, int ClockRate)
{
    /// <summary>Audio channels.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The format parameters of our own offers; those that make a profile restrict what is taken.</summary>
    public string? Format { get; init; }

    /// <summary>Kinds of feedback.</summary>
    public ImmutableArray<string> Feedback { get; init; } = [];

    /// <summary>True when retransmissions (RFC 4588) are taken.</summary>
    public bool Retransmission { get; init; }
}

/// <summary>Codecs and header extensions, in the order of our own offers.</summary>
public sealed record MediaCapabilities
{
    private static readonly ImmutableArray<string> AudioFeedback = ["transport-cc", "nack"];
    private static readonly ImmutableArray<string> VideoFeedback = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

    /// <summary>Opus with RED; VP8, VP9, H.264 and AV1 with retransmissions; the header extensions that the engine reads or passes on.</summary>
    public static readonly MediaCapabilities Default = new()
    {
        Codecs =
        [
            new(MediaKind.Audio, "opus", 48000) { Channels = 2, Format = "minptime=10;useinbandfec=1", Feedback = AudioFeedback },
            new(MediaKind.Audio, "red", 48000) { Channels = 2 },
            Video("VP8", null),
            Video("VP9", "profile-id=0"),
            H264("42e01f", 1),
            H264("42e01f", 0),
            H264("42001f", 1),
            H264("42001f", 0),
            H264("4d001f", 1),
            H264("4d001f", 0),
            H264("640c1f", 1),
            H264("640c1f", 0),
            H264("64001f", 1),
            H264("64001f", 0),
            Video("AV1", "level-idx=5;profile=0;tier=0"),
            Video("VP9", "profile-id=2"),
        ],
        Extensions =
        [
            (MediaKind.Audio, HeaderExtension.Mid),
            (MediaKind.Audio, HeaderExtension.AudioLevel),
            (MediaKind.Audio, HeaderExtension.TransportSequence),
            (MediaKind.Audio, HeaderExtension.AbsoluteSendTime),
            (MediaKind.Audio, HeaderExtension.AbsoluteCaptureTime),
            (MediaKind.Video, HeaderExtension.Mid),
            (MediaKind.Video, HeaderExtension.RtpStreamId),
            (MediaKind.Video, HeaderExtension.RepairedRtpStreamId),
            (MediaKind.Video, HeaderExtension.TransportSequence),
            (MediaKind.Video, HeaderExtension.AbsoluteSendTime),
            (MediaKind.Video, HeaderExtension.TransmissionOffset),
            (MediaKind.Video, HeaderExtension.VideoOrientation),
            (MediaKind.Video, HeaderExtension.DependencyDescriptor),
            (MediaKind.Video, HeaderExtension.AbsoluteCaptureTime),
            (MediaKind.Video, HeaderExtension.PlayoutDelay),
            (MediaKind.Video, HeaderExtension.VideoContentType),
            (MediaKind.Video, HeaderExtension.ColorSpace),
        ],
    };

    /// <summary>The codecs.</summary>
    public required ImmutableArray<CodecCapability> Codecs { get; init; }

    /// <summary>The header extensions of each kind.</summary>
    public required ImmutableArray<(MediaKind Kind, HeaderExtension Extension)> Extensions { get; init; }

    /// <summary>Simulcast layers of a track that are taken; of more, the first ones.</summary>
    public int MaxSimulcastLayers { get; init; } = 4;

    private static CodecCapability Video(string name, string? format) =>
        new(MediaKind.Video, name, 90000) { Format = format, Feedback = VideoFeedback, Retransmission = true };

    private static CodecCapability H264(string profileLevelId, int mode) =>
        Video("H264", $"level-asymmetry-allowed=1;packetization-mode={(mode == 0 ? "0" : "1")};profile-level-id={profileLevelId}");
}
