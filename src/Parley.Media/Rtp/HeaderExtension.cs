// The RTP header extensions that the engine knows, and their names in SDP. RFC 8285.
namespace Parley.Media.Rtp;

/// <summary>A kind of RTP header extension.</summary>
public enum HeaderExtension : byte
{
    /// <summary>Unknown here, or unused.</summary>
    None,

    /// <summary>Media section (RFC 9143).</summary>
    Mid,

    /// <summary>Simulcast layer (RFC 8852).</summary>
    RtpStreamId,

    /// <summary>Simulcast layer that a retransmission repairs (RFC 8852).</summary>
    RepairedRtpStreamId,

    /// <summary>Level of the sound (RFC 6464).</summary>
    AudioLevel,

    /// <summary>Transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01).</summary>
    TransportSequence,

    /// <summary>Time of sending, 24 bits of 6.18 fixed point seconds.</summary>
    AbsoluteSendTime,

    /// <summary>Time of sending relative to the RTP timestamp (RFC 5450).</summary>
    TransmissionOffset,

    /// <summary>Rotation of the picture (3GPP TS 26.114 §7.4.5).</summary>
    VideoOrientation,

    /// <summary>What a frame depends on (AV1 RTP specification, appendix A).</summary>
    DependencyDescriptor,

    /// <summary>Time of capture.</summary>
    AbsoluteCaptureTime,

    /// <summary>How long the receiver should hold back before playing.</summary>
    PlayoutDelay,

    /// <summary>Camera or screen.</summary>
    VideoContentType,

    /// <summary>Timing of a frame on its way.</summary>
    VideoTiming,

    /// <summary>Colour space of the picture.</summary>
    ColorSpace,
}
