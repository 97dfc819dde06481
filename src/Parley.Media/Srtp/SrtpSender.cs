// What leaves: RTP with the caller's index, RTCP with an index of its own. RFC 3711, RFC 7714.
namespace Parley.Media.Srtp;

/// <summary>
/// Protects everything that one transport sends, all SSRCs under one master key. Single-threaded; allocates nothing per packet.
/// The caller never gives two different packets the same SSRC, rollover counter and sequence number: that would disclose both.
/// </summary>
public sealed class SrtpSender : IDisposable
{
    private const uint RtcpIndexLimit = 0x80000000;

    private readonly SrtpTransform _transform; // owned
    private uint _rtcpIndex;
    private bool _disposed;

    internal SrtpSender(SrtpTransform transform) => _transform = transform;

    /// <summary>Bytes that <see cref="ProtectRtp"/> adds: 16, or 10 with HMAC-SHA1.</summary>
    public int RtpOverhead => _transform.TagLength;

    /// <summary>Bytes that <see cref="ProtectRtcp"/> adds: 20, or 14 with HMAC-SHA1.</summary>
    public int RtcpOverhead => _transform.TagLength + SrtpTransform.RtcpWordLength;

    /// <summary>The index that the next SRTCP packet will have.</summary>
    internal uint NextRtcpIndex { get => _rtcpIndex; set => _rtcpIndex = value; }

    /// <summary>Derives the session keys.</summary>
    /// <param name="profile">What DTLS agreed on.</param>
    /// <param name="masterKey">As long as the profile says; not kept.</param>
    /// <param name="masterSalt">As long as the profile says; not kept.</param>
    /// <param name="implementation">Which instructions to use.</param>
    /// <exception cref="ArgumentException">A length does not suit the profile.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks these instructions.</exception>
    public static SrtpSender Create(
        SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpImplementation implementation = SrtpImplementation.Best) =>
        new(SrtpTransform.Create(profile, masterKey, masterSalt, implementation));

    /// <summary>Encrypts a payload into its packet and appends the tag. RFC 3711 §3.3, RFC 7714 §8.</summary>
    /// <param name="packet">Begins with the complete header; has room for payload and <see cref="RtpOverhead"/> behind it.</param>
    /// <param name="headerLength">Fixed header, contributing sources and extensions; at least 12.</param>
    /// <param name="payload">Padding included. Either elsewhere, or exactly the bytes behind the header.</param>
    /// <param name="rolloverCounter">How often the sequence number of this SSRC has wrapped.</param>
    /// <returns>The length of the protected packet.</returns>
    /// <exception cref="ArgumentException">The header is too short, or the packet has no room.</exception>
    public int ProtectRtp(Span<byte> packet, int headerLength, ReadOnlySpan<byte> payload, uint rolloverCounter)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var length = headerLength + payload.Length + _transform.TagLength;
        if (headerLength < SrtpTransform.RtpHeaderLength || packet.Length < length)
            ThrowNoRoom(nameof(packet));
        _transform.ProtectRtp(packet, headerLength, payload, rolloverCounter);
        return length;
    }

    /// <summary>Encrypts a compound or reduced-size RTCP packet where it is, and appends index and tag. RFC 3711 §3.4, RFC 7714 §9.</summary>
    /// <param name="packet">Has room for <see cref="RtcpOverhead"/> behind the packet.</param>
    /// <param name="length">Bytes of the packet; at least 8.</param>
    /// <returns>The length of the protected packet; 0, and an untouched packet, once this key has protected 2^31 of them: it may then protect no other.</returns>
    /// <exception cref="ArgumentException">The packet is too short or has no room.</exception>
    public int ProtectRtcp(Span<byte> packet, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var protectedLength = length + RtcpOverhead;
        if (length < SrtpTransform.RtcpHeaderLength || packet.Length < protectedLength)
            ThrowNoRoom(nameof(packet));
        if (_rtcpIndex >= RtcpIndexLimit)
            return 0;
        _transform.ProtectRtcp(packet, length, _rtcpIndex++ | SrtpTransform.EncryptedFlag);
        return protectedLength;
    }

    /// <summary>Overwrites the keys; nothing can be protected afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        _transform.Dispose();
    }

    private static void ThrowNoRoom(string parameter) => throw new ArgumentException("The packet is shorter than its header, or has no room for its tag.", parameter);
}
