// Whether two payload types stand for the same format, so that a payload can be handed on unchanged.
namespace Parley.Media.Rtp;

/// <summary>Compares negotiated codecs of different peers.</summary>
public static class PayloadFormats
{
    /// <summary>
    /// True when what was made for one can be decoded as the other: the same encoding, clock and channels, and the same value of the parameters
    /// that change the bitstream (H.264's packetization mode and profile, RFC 6184 §8.1; VP9's and AV1's profile).
    /// </summary>
    public static bool AreInterchangeable(CodecParameters one, CodecParameters other)
    {
        if (!one.Is(other.Name) || one.ClockRate != other.ClockRate || one.Channels != other.Channels)
            return false;
        if (one.Is("H264"))
        {
            return Parameter(one, "packetization-mode", "0") == Parameter(other, "packetization-mode", "0")
                && H264Profile(one).Equals(H264Profile(other), StringComparison.OrdinalIgnoreCase);
        }

        if (one.Is("VP9"))
            return Parameter(one, "profile-id", "0") == Parameter(other, "profile-id", "0");
        return !one.Is("AV1") || Parameter(one, "profile", "0") == Parameter(other, "profile", "0");
    }

    /// <summary>The value of a parameter in <c>a=fmtp</c>, or what holds when it is absent.</summary>
    public static string Parameter(CodecParameters codec, string name, string otherwise)
    {
        foreach (var part in (codec.Format ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return part[(equals + 1)..].Trim();
        }

        return otherwise;
    }

    // profile_idc and the constraint flags; the level, the third byte, may differ. 420010 is what holds when nothing is said (RFC 6184 §8.1).
    private static string H264Profile(CodecParameters codec)
    {
        var level = Parameter(codec, "profile-level-id", "420010");
        return level.Length == 6 ? level[..4] : level;
    }
}
