// The names that header extensions have in SDP (a=extmap).
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>Names of header extensions.</summary>
public static class HeaderExtensionUris
{
    private static readonly (HeaderExtension Extension, string Uri)[] Names =
    [
        (HeaderExtension.Mid, "urn:ietf:params:rtp-hdrext:sdes:mid"),
        (HeaderExtension.RtpStreamId, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        (HeaderExtension.RepairedRtpStreamId, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        (HeaderExtension.AudioLevel, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        (HeaderExtension.TransportSequence, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
        (HeaderExtension.AbsoluteSendTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
        (HeaderExtension.TransmissionOffset, "urn:ietf:params:rtp-hdrext:toffset"),
        (HeaderExtension.VideoOrientation, "urn:3gpp:video-orientation"),
        (HeaderExtension.DependencyDescriptor, "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
        (HeaderExtension.AbsoluteCaptureTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
        (HeaderExtension.PlayoutDelay, "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
        (HeaderExtension.VideoContentType, "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"),
        (HeaderExtension.VideoTiming, "http://www.webrtc.org/experiments/rtp-hdrext/video-timing"),
        (HeaderExtension.ColorSpace, "http://www.webrtc.org/experiments/rtp-hdrext/color-space"),
    ];

    private static readonly Dictionary<string, HeaderExtension> ByUri = Names.ToDictionary(static name => name.Uri, static name => name.Extension, StringComparer.Ordinal);
    private static readonly Dictionary<HeaderExtension, string> ByExtension = Names.ToDictionary(static name => name.Extension, static name => name.Uri);

    /// <summary>The extension of a name; <see cref="HeaderExtension.None"/> for one that is not known.</summary>
    public static HeaderExtension Find(string uri) => ByUri.GetValueOrDefault(uri);

    /// <summary>The name of an extension.</summary>
    /// <exception cref="KeyNotFoundException">It is <see cref="HeaderExtension.None"/>.</exception>
    public static string UriOf(HeaderExtension extension) => ByExtension[extension];
}
