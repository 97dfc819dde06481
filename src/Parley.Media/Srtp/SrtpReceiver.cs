// What arrives: authenticated, checked for replay, decrypted. RFC 3711 §3.3, §3.4; RFC 7714 §8, §9.
using System.Buffers.Binary;

namespace Parley.Media.Srtp;

/// <summary>
/// Takes the protection off everything that one transport receives. Single-threaded; allocates nothing per packet.
/// Nothing changes, and no byte of plaintext is written, unless a packet is authentic.
/// </summary>
public sealed class SrtpReceiver : IDisposable
{
    private readonly SrtpTransform _transform; // owned
    private bool _disposed;
    private readonly SrtcpReplayWindows _rtcpWindows = new();

    internal SrtpReceiver(SrtpTransform transform) => _transform = transform;

    /// <summary>Bytes that an RTP packet is longer than its plaintext: 16, or 10 with HMAC-SHA1.</summary>
    public int RtpOverhead => _transform.TagLength;

    /// <summary>Bytes that an RTCP packet is longer than its plaintext: 20, or 14 with HMAC-SHA1.</summary>
    public int RtcpOverhead => _transform.TagLength + SrtpTransform.RtcpWordLength;

    /// <summary>How many sources of RTCP have a replay window.</summary>
    internal int RtcpSources => _rtcpWindows.Count;

    /// <summary>Derives the session keys.</summary>
    /// <param name="profile">What DTLS agreed on.</param>
    /// <param name="masterKey">As long as the profile says; not kept.</param>
    /// <param name="masterSalt">As long as the profile says; not kept.</param>
    /// <param name="implementation">Which instructions to use.</param>
    /// <exception cref="ArgumentException">A length does not suit the profile.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks these instructions.</exception>
    public static SrtpReceiver Create(
        SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpImplementation implementation = SrtpImplementation.Best) =>
        new(SrtpTransform.Create(profile, masterKey, masterSalt, implementation));

    /// <summary>Authenticates a packet, refuses it if it was here before, and decrypts its payload.</summary>
    /// <param name="packet">The datagram.</param>
    /// <param name="headerLength">Fixed header, contributing sources and extensions, as they were parsed; at least 12.</param>
    /// <param name="state">What is known of this SSRC; changes only when the packet is accepted.</param>
    /// <param name="payload">Room for the payload: the packet without header and <see cref="RtpOverhead"/>. Elsewhere, or where the payload is.</param>
    /// <param name="payloadLength">Bytes written; 0 unless accepted.</param>
    /// <param name="index">Rollover counter and sequence number; 0 unless accepted.</param>
    /// <exception cref="ArgumentException"><paramref name="payload"/> has no room.</exception>
    public SrtpResult UnprotectRtp(
        ReadOnlySpan<byte> packet, int headerLength, ref SrtpReceiveState state, Span<byte> payload, out int payloadLength, out ulong index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        payloadLength = 0;
        index = 0;
        var length = packet.Length - headerLength - _transform.TagLength;
        if (headerLength < SrtpTransform.RtpHeaderLength || length < 0)
            return SrtpResult.TooShort;
        var sequenceNumber = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var estimate = state.Estimate(sequenceNumber);
        var result = state.Check(estimate);
        if (result != SrtpResult.Ok)
            return result;
        payload = payload[..length];
        if (!_transform.TryUnprotectRtp(packet, headerLength, (uint)(estimate >> 16), payload))
        {
            // A source that began shortly before 65535 may be heard of only after its first wrap.
            if (state.HasStarted || sequenceNumber >= 0x8000)
                return SrtpResult.NotAuthentic;
            estimate += 0x10000;
            if (!_transform.TryUnprotectRtp(packet, headerLength, 1, payload))
                return SrtpResult.NotAuthentic;
        }

        state.Accept(estimate);
        payloadLength = length;
        index = estimate;
        return SrtpResult.Ok;
    }

    /// <summary>Authenticates a packet, refuses it if it was here before, and decrypts it. Keeps a replay window for each SSRC that proved to hold the key.</summary>
    /// <param name="packet">The datagram.</param>
    /// <param name="plain">Room for the packet without <see cref="RtcpOverhead"/>. Elsewhere, or where the packet is.</param>
    /// <param name="length">Bytes written; 0 unless accepted.</param>
    /// <exception cref="ArgumentException"><paramref name="plain"/> has no room.</exception>
    public SrtpResult UnprotectRtcp(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        length = 0;
        var plainLength = packet.Length - RtcpOverhead;
        if (plainLength < SrtpTransform.RtcpHeaderLength)
            return SrtpResult.TooShort;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[_transform.RtcpWordAt(packet.Length)..]);
        if ((word & SrtpTransform.EncryptedFlag) == 0)
            return SrtpResult.NotEncrypted;
        var index = word & ~SrtpTransform.EncryptedFlag;
        var result = _rtcpWindows.Check(ssrc, index);
        if (result != SrtpResult.Ok)
            return result;
        if (!_transform.TryUnprotectRtcp(packet, word, plain[..plainLength]))
            return SrtpResult.NotAuthentic;
        if (!_rtcpWindows.TryAccept(ssrc, index))
            return SrtpResult.TooManySources;
        length = plainLength;
        return SrtpResult.Ok;
    }

    /// <summary>Overwrites the keys; nothing can be unprotected afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        _transform.Dispose();
    }
}
