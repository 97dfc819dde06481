// The profile in H.264's profile-level-id: profile_idc and the flags that matter for it. RFC 6184 §8.1, table 5.
using System.Globalization;

namespace Parley.Media.Sdp.Negotiation;

internal static class H264Profile
{
    // (profile_idc, mask of profile_iop, its value under the mask, name); the first that fits counts.
    private static readonly (byte Idc, byte Mask, byte Value, string Name)[] Profiles =
    [
        (0x42, 0x4F, 0x40, "constrained-baseline"),
        (0x4D, 0x8F, 0x80, "constrained-baseline"),
        (0x58, 0xCF, 0xC0, "constrained-baseline"),
        (0x42, 0x4F, 0x00, "baseline"),
        (0x58, 0xCF, 0x80, "baseline"),
        (0x4D, 0xAF, 0x00, "main"),
        (0x64, 0xFF, 0x00, "high"),
        (0x64, 0xFF, 0x0C, "constrained-high"),
        (0xF4, 0xFF, 0x00, "high-444"),
    ];

    /// <summary>The profile's name; one that is not listed is named by its own digits.</summary>
    public static string NameOf(string profileLevelId)
    {
        if (profileLevelId.Length != 6 || !uint.TryParse(profileLevelId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            return "none";
        var (idc, iop) = ((byte)(number >> 16), (byte)(number >> 8));
        foreach (var profile in Profiles)
        {
            if (profile.Idc == idc && (iop & profile.Mask) == profile.Value)
                return profile.Name;
        }

        return profileLevelId[..4].ToLowerInvariant();
    }

    /// <summary>
    /// True when a decoder of one profile decodes streams of another (H.264 annex A.2). Baseline is taken for constrained baseline: what it has beyond that, arbitrary
    /// slice order and redundant slices, no encoder for conversations makes, and peers write the one where they mean the other.
    /// </summary>
    public static bool Decodes(string decoder, string stream) => (decoder, stream) switch
    {
        ("baseline" or "constrained-baseline" or "main" or "constrained-high" or "high", "constrained-baseline" or "baseline") => true,
        ("high", "constrained-high" or "main") => true,
        _ => decoder == stream,
    };
}
