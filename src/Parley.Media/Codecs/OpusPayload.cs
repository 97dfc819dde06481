// What can be known of an Opus packet without decoding it. RFC 6716 §3.1, RFC 7587 §3.1.3.
namespace Parley.Media.Codecs;

/// <summary>Looks at Opus payloads.</summary>
internal static class OpusPayload
{
    /// <summary>
    /// True for a packet that says "nothing to hear" (DTX): an encoder makes one of at most two bytes then, and goes on with pauses of 400 ms. The peer is
    /// still there.
    /// </summary>
    public static bool IsSilence(ReadOnlySpan<byte> payload) => payload.Length is 1 or 2;
}
