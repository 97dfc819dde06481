// Whether the payloads of one format can be handed on, unchanged, under another's payload type.
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Rtp;

/// <summary>Compares negotiated codecs of different peers.</summary>
public static class PayloadFormats
{
    /// <summary>
    /// True when what is sent as one can be decoded as the other: the same encoding, clock and channels, and parameters that change the bit stream which the
    /// receiver copes with (H.264's packetization mode and profile, RFC 6184 §8.1; VP9's and AV1's profile).
    /// </summary>
    public static bool AreInterchangeable(CodecParameters sent, CodecParameters received) => CodecIdentity.Of(received).Accepts(CodecIdentity.Of(sent));

    /// <summary>The format under which packets of another are sent: the very same if there is one, else the first that copes with them; null when none does.</summary>
    public static CodecParameters? Choose(CodecParameters sent, IEnumerable<CodecParameters> received)
    {
        var identity = CodecIdentity.Of(sent);
        CodecParameters? found = null;
        foreach (var codec in received)
        {
            var other = CodecIdentity.Of(codec);
            if (other == identity)
                return codec;
            if (found is null && other.Accepts(identity))
                found = codec;
        }

        return found;
    }
}
