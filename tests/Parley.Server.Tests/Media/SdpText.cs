// Offers and fragments as a client writes them, line by line, so that no test depends on our own writer.
using Parley.Media.Dtls;
using Parley.Media.Ice;

namespace Parley.Server.Tests.Media;

/// <summary>A media section of an offer.</summary>
/// <param name="Media">audio or video.</param>
/// <param name="Direction">sendonly or recvonly.</param>
/// <param name="Ssrc">Announced by a sender; null for none.</param>
/// <param name="Codec">The encoding name of a video section.</param>
internal sealed record OfferedSection(string Media, string Direction, uint? Ssrc = null, string Codec = "VP8");

internal static class SdpText
{
    public const byte AudioType = 111;
    public const byte VideoType = 96;

    public static readonly IceCredentials AnyCredentials = new("abcd", "abcdefghijklmnopqrstuvwx");

    private static readonly Fingerprint Unused = Fingerprint.Of("unused"u8);

    /// <summary>An offer that a server could accept, of a client that is nowhere.</summary>
    public static string Offer(params OfferedSection[] sections) => Offer(AnyCredentials, Fingerprint.Of("nobody"u8), sections);

    public static string Offer(IceCredentials local, Fingerprint fingerprint, params OfferedSection[] sections)
    {
        var lines = new List<string>
        {
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", $"a=group:BUNDLE {string.Join(' ', Enumerable.Range(0, sections.Length))}",
        };
        for (var mid = 0; mid < sections.Length; mid++)
            lines.AddRange(Section(mid, sections[mid], local, fingerprint));
        return string.Concat(lines.Select(static line => $"{line}\r\n"));
    }

    /// <summary>A fragment with credentials and a candidate (RFC 8840).</summary>
    public static string Fragment(IceCredentials credentials) => string.Concat(
        "a=group:BUNDLE 0\r\n",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
        "a=mid:0\r\n",
        $"a=ice-ufrag:{credentials.Ufrag}\r\n",
        $"a=ice-pwd:{credentials.Password}\r\n",
        "a=candidate:1 1 udp 2130706431 127.0.0.1 50000 typ host\r\n",
        "a=end-of-candidates\r\n");

    private static IEnumerable<string> Section(int mid, OfferedSection section, IceCredentials local, Fingerprint fingerprint)
    {
        var isAudio = section.Media == "audio";
        var type = isAudio ? AudioType : VideoType;
        yield return $"m={section.Media} 9 UDP/TLS/RTP/SAVPF {type}";
        yield return "c=IN IP4 0.0.0.0";
        yield return $"a=mid:{mid}";
        yield return $"a={section.Direction}";
        yield return "a=rtcp-mux";
        yield return $"a=ice-ufrag:{local.Ufrag}";
        yield return $"a=ice-pwd:{local.Password}";
        // A client may have several certificates, and say by the handshake which it is (RFC 8122 §5).
        yield return $"a=fingerprint:{Unused}";
        yield return $"a=fingerprint:{fingerprint}";
        yield return "a=setup:actpass";
        yield return isAudio ? $"a=rtpmap:{type} opus/48000/2" : $"a=rtpmap:{type} {section.Codec}/90000";
        if (section.Ssrc is { } ssrc)
            yield return $"a=ssrc:{ssrc} cname:test";
    }
}
