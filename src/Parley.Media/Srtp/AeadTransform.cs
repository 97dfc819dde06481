// AEAD_AES_128_GCM and AEAD_AES_256_GCM. RFC 7714.
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Srtp;

internal sealed class AeadTransform : SrtpTransform
{
    private const int SaltLength = 12;

    private readonly GcmCipher _rtp; // owned
    private readonly GcmCipher _rtcp; // owned
    private readonly Vector128<byte> _rtpSalt;
    private readonly Vector128<byte> _rtcpSalt;

    public AeadTransform(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpImplementation implementation)
    {
        _rtp = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtpEncryption, masterKey.Length, implementation, SrtpImplementations.CreateGcm);
        _rtcp = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtcpEncryption, masterKey.Length, implementation, SrtpImplementations.CreateGcm);
        _rtpSalt = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtpSalt, SaltLength, implementation, AsBlock);
        _rtcpSalt = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtcpSalt, SaltLength, implementation, AsBlock);
    }

    /// <summary>With session keys that are known already, as the RFC's examples give them.</summary>
    internal AeadTransform(GcmCipher rtp, GcmCipher rtcp, ReadOnlySpan<byte> salt)
    {
        _rtp = rtp;
        _rtcp = rtcp;
        _rtpSalt = _rtcpSalt = AsBlock(SrtpImplementation.Best, salt);
    }

    /// <inheritdoc/>
    public override int TagLength => GcmCipher.TagLength;

    /// <inheritdoc/>
    public override int RtcpWordAt(int protectedLength) => protectedLength - RtcpWordLength;

    /// <inheritdoc/>
    public override void ProtectRtp(Span<byte> packet, int headerLength, ReadOnlySpan<byte> payload, uint rolloverCounter)
    {
        var header = packet[..headerLength];
        _rtp.Seal(RtpNonce(header, rolloverCounter), header, payload, packet.Slice(headerLength, payload.Length + GcmCipher.TagLength));
    }

    /// <inheritdoc/>
    public override bool TryUnprotectRtp(ReadOnlySpan<byte> packet, int headerLength, uint rolloverCounter, Span<byte> payload)
    {
        var header = packet[..headerLength];
        return _rtp.TryOpen(RtpNonce(header, rolloverCounter), header, packet[headerLength..], payload);
    }

    /// <inheritdoc/>
    public override void ProtectRtcp(Span<byte> packet, int length, uint word)
    {
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpWordLength];
        Associate(packet, word, associated);
        _rtcp.Seal(RtcpNonce(packet, word), associated, packet[RtcpHeaderLength..length], packet[RtcpHeaderLength..(length + GcmCipher.TagLength)]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(length + GcmCipher.TagLength)..], word);
    }

    /// <inheritdoc/>
    public override bool TryUnprotectRtcp(ReadOnlySpan<byte> packet, uint word, Span<byte> plain)
    {
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpWordLength];
        Associate(packet, word, associated);
        if (!_rtcp.TryOpen(RtcpNonce(packet, word), associated, packet[RtcpHeaderLength..^RtcpWordLength], plain[RtcpHeaderLength..]))
            return false;
        associated[..RtcpHeaderLength].CopyTo(plain);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private static void Associate(ReadOnlySpan<byte> packet, uint word, Span<byte> associated)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], word);
    }

    // Two zero bytes, SSRC, rollover counter, sequence number (RFC 7714 §8.1): the last three as they stand on the wire.
    private Vector128<byte> RtpNonce(ReadOnlySpan<byte> header, uint rolloverCounter)
    {
        var ssrc = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var sequence = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(header[2..]);
        var rollover = (ulong)BinaryPrimitives.ReverseEndianness(rolloverCounter);
        return _rtpSalt ^ Vector128.Create(ssrc << 16 | rollover << 48, rollover >> 16 | sequence << 16).AsByte();
    }

    // Two zero bytes, SSRC, two zero bytes, the index without the flag. RFC 7714 §9.1.
    private Vector128<byte> RtcpNonce(ReadOnlySpan<byte> packet, uint word)
    {
        var ssrc = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]);
        var index = (ulong)BinaryPrimitives.ReverseEndianness(word & ~EncryptedFlag);
        return _rtcpSalt ^ Vector128.Create(ssrc << 16, index).AsByte();
    }

    private static Vector128<byte> AsBlock(SrtpImplementation implementation, ReadOnlySpan<byte> salt)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        salt.CopyTo(block);
        return Vector128.Create<byte>(block);
    }
}
