// When two payload formats are the same codec, and when one end's packets suit the other. RFC 3264 §6.1 and each payload format's own rules.
using System.Globalization;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>What makes a codec the same on both ends, whatever its payload type.</summary>
/// <param name="Name">The encoding name in lower case.</param>
/// <param name="ClockRate">RTP clock rate in Hz.</param>
/// <param name="Channels">Audio channels.</param>
/// <param name="Profile">The bit stream's profile, where decoders differ by it; empty otherwise.</param>
/// <param name="PacketizationMode">H.264's packetization mode (RFC 6184 §6.2); 0 for other codecs.</param>
public readonly record struct CodecIdentity(string Name, int ClockRate, int Channels, string Profile, int PacketizationMode)
{
    /// <summary>The identity of a payload format.</summary>
    public static CodecIdentity Of(CodecParameters codec)
    {
        var format = FormatParameters.Parse(codec.Format);
        var name = codec.Name.ToLowerInvariant();
        var profile = name switch
        {
            // Baseline at level 1 is what no profile-level-id means (RFC 6184 §8.1).
            "h264" => H264Profile.NameOf(format["profile-level-id"] ?? "42000A"),
            "vp9" => format.Number("profile-id", 0).ToString(CultureInfo.InvariantCulture),
            "av1" => format.Number("profile", 0).ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        var mode = name == "h264" ? format.Number("packetization-mode", 0) : 0;
        return new CodecIdentity(name, codec.ClockRate, codec.Channels, profile, mode);
    }

    /// <summary>
    /// True when packets of <paramref name="sent"/> may go, as they are, to a receiver of this codec. Levels are not compared: browsers
    /// announce the same low one whatever they can do, and a forwarder cannot change it.
    /// </summary>
    public bool Accepts(CodecIdentity sent) =>
        PacketizationMode >= sent.PacketizationMode
        && this == sent with { PacketizationMode = PacketizationMode, Profile = Profile }
        && (Profile == sent.Profile || (Name == "h264" && H264Profile.Decodes(Profile, sent.Profile)));
}
