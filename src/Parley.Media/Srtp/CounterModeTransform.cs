// AES_CM_128_HMAC_SHA1_80. RFC 3711 §4.1.1, §4.2.1.
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Srtp;

internal sealed class CounterModeTransform : SrtpTransform
{
    private const int ShortTagLength = 10;
    private const int SaltLength = 14;
    private const int AuthenticationKeyLength = 20;
    private const int RolloverCounterLength = 4;

    private readonly CounterCipher _rtp; // owned
    private readonly CounterCipher _rtcp; // owned
    private readonly MessageAuthenticator _rtpAuthenticator; // owned
    private readonly MessageAuthenticator _rtcpAuthenticator; // owned
    private readonly Vector128<byte> _rtpSalt;
    private readonly Vector128<byte> _rtcpSalt;

    public CounterModeTransform(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpImplementation implementation)
    {
        _rtp = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtpEncryption, masterKey.Length, implementation, SrtpImplementations.CreateCounter);
        _rtcp = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtcpEncryption, masterKey.Length, implementation, SrtpImplementations.CreateCounter);
        _rtpAuthenticator = WithKey(
            masterKey, masterSalt, SrtpKeyLabel.RtpAuthentication, AuthenticationKeyLength, implementation, SrtpImplementations.CreateAuthenticator);
        _rtcpAuthenticator = WithKey(
            masterKey, masterSalt, SrtpKeyLabel.RtcpAuthentication, AuthenticationKeyLength, implementation, SrtpImplementations.CreateAuthenticator);
        _rtpSalt = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtpSalt, SaltLength, implementation, AsBlock);
        _rtcpSalt = WithKey(masterKey, masterSalt, SrtpKeyLabel.RtcpSalt, SaltLength, implementation, AsBlock);
    }

    /// <inheritdoc/>
    public override int TagLength => ShortTagLength;

    /// <inheritdoc/>
    public override int RtcpWordAt(int protectedLength) => protectedLength - ShortTagLength - RtcpWordLength;

    /// <inheritdoc/>
    public override void ProtectRtp(Span<byte> packet, int headerLength, ReadOnlySpan<byte> payload, uint rolloverCounter)
    {
        var length = headerLength + payload.Length;
        _rtp.Transform(RtpCounter(packet, rolloverCounter), payload, packet[headerLength..length]);
        // The rollover counter is authenticated as if it followed the packet; the tag then takes its place.
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], rolloverCounter);
        Span<byte> tag = stackalloc byte[MessageAuthenticator.FullTagLength];
        _rtpAuthenticator.Compute(packet[..(length + RolloverCounterLength)], tag);
        tag[..ShortTagLength].CopyTo(packet[length..]);
    }

    /// <inheritdoc/>
    public override bool TryUnprotectRtp(ReadOnlySpan<byte> packet, int headerLength, uint rolloverCounter, Span<byte> payload)
    {
        var length = packet.Length - ShortTagLength;
        Span<byte> rollover = stackalloc byte[RolloverCounterLength];
        Span<byte> tag = stackalloc byte[MessageAuthenticator.FullTagLength];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, rolloverCounter);
        _rtpAuthenticator.Compute(packet[..length], rollover, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag[..ShortTagLength], packet[length..]))
            return false;
        _rtp.Transform(RtpCounter(packet, rolloverCounter), packet[headerLength..length], payload);
        return true;
    }

    /// <inheritdoc/>
    public override void ProtectRtcp(Span<byte> packet, int length, uint word)
    {
        _rtcp.Transform(RtcpCounter(packet, word), packet[RtcpHeaderLength..length], packet[RtcpHeaderLength..length]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], word);
        Span<byte> tag = stackalloc byte[MessageAuthenticator.FullTagLength];
        _rtcpAuthenticator.Compute(packet[..(length + RtcpWordLength)], tag);
        tag[..ShortTagLength].CopyTo(packet[(length + RtcpWordLength)..]);
    }

    /// <inheritdoc/>
    public override bool TryUnprotectRtcp(ReadOnlySpan<byte> packet, uint word, Span<byte> plain)
    {
        Span<byte> tag = stackalloc byte[MessageAuthenticator.FullTagLength];
        _rtcpAuthenticator.Compute(packet[..^ShortTagLength], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag[..ShortTagLength], packet[^ShortTagLength..]))
            return false;
        var counter = RtcpCounter(packet, word);
        packet[..RtcpHeaderLength].CopyTo(plain);
        _rtcp.Transform(counter, packet[RtcpHeaderLength..^(RtcpWordLength + ShortTagLength)], plain[RtcpHeaderLength..]);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        _rtpAuthenticator.Dispose();
        _rtcpAuthenticator.Dispose();
    }

    // SSRC at byte 4, the index at byte 8, the last two bytes count blocks. RFC 3711 §4.1.1.
    private Vector128<byte> RtpCounter(ReadOnlySpan<byte> packet, uint rolloverCounter)
    {
        var ssrc = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]);
        var sequence = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(packet[2..]);
        return _rtpSalt ^ Vector128.Create(ssrc << 32, BinaryPrimitives.ReverseEndianness(rolloverCounter) | sequence << 32).AsByte();
    }

    private Vector128<byte> RtcpCounter(ReadOnlySpan<byte> packet, uint word)
    {
        var ssrc = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]);
        var index = (ulong)BinaryPrimitives.ReverseEndianness(word & ~EncryptedFlag);
        // The index of 31 bits stands where that of RTP has 48: at bytes 10 to 13.
        return _rtcpSalt ^ Vector128.Create(ssrc << 32, index << 16).AsByte();
    }

    private static Vector128<byte> AsBlock(SrtpImplementation implementation, ReadOnlySpan<byte> salt)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        salt.CopyTo(block);
        return Vector128.Create<byte>(block);
    }
}
