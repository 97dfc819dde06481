// Keys, contexts and packets that the SRTP tests share; everything follows from a seed.
using System.Buffers.Binary;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

internal static class Contexts
{
    public const int HeaderLength = 12;
    public const uint Ssrc = 0xCAFEBABE;

    public static IEnumerable<SrtpProfile> Profiles => Enum.GetValues<SrtpProfile>();

    /// <summary>Every profile with every implementation that runs here.</summary>
    public static TheoryData<SrtpProfile, SrtpImplementation> All
    {
        get
        {
            var data = new TheoryData<SrtpProfile, SrtpImplementation>();
            foreach (var profile in Profiles)
            {
                foreach (var implementation in SrtpImplementations.Supported)
                    data.Add(profile, implementation);
            }

            return data;
        }
    }

    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Key(SrtpProfile profile, int seed = 1) => Bytes(profile.KeyLength(), seed);

    public static byte[] Salt(SrtpProfile profile, int seed = 2) => Bytes(profile.SaltLength(), seed);

    public static SrtpSender Sender(SrtpProfile profile, SrtpImplementation implementation = SrtpImplementation.Best) =>
        SrtpSender.Create(profile, Key(profile), Salt(profile), implementation);

    public static SrtpReceiver Receiver(SrtpProfile profile, SrtpImplementation implementation = SrtpImplementation.Best) =>
        SrtpReceiver.Create(profile, Key(profile), Salt(profile), implementation);

    /// <summary>A header of 12 bytes and a payload that differs from packet to packet.</summary>
    public static byte[] Rtp(ushort sequenceNumber, int payloadLength, uint ssrc = Ssrc)
    {
        var packet = Bytes(HeaderLength + payloadLength, sequenceNumber + payloadLength);
        packet[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        return packet;
    }

    /// <summary>A receiver report with as many bytes behind its first eight.</summary>
    public static byte[] Rtcp(int bodyLength, uint ssrc = Ssrc)
    {
        var packet = Bytes(8 + bodyLength, bodyLength);
        packet[0] = 0x80;
        packet[1] = 201;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }

    public static byte[] Protect(this SrtpSender sender, byte[] rtp, uint rolloverCounter = 0, int headerLength = HeaderLength)
    {
        var packet = new byte[rtp.Length + sender.RtpOverhead];
        rtp.AsSpan(0, headerLength).CopyTo(packet);
        Assert.Equal(packet.Length, sender.ProtectRtp(packet, headerLength, rtp.AsSpan(headerLength), rolloverCounter));
        return packet;
    }

    public static byte[] ProtectRtcp(this SrtpSender sender, byte[] rtcp)
    {
        var packet = new byte[rtcp.Length + sender.RtcpOverhead];
        rtcp.CopyTo(packet, 0);
        Assert.Equal(packet.Length, sender.ProtectRtcp(packet, rtcp.Length));
        return packet;
    }

    /// <summary>The plaintext payload, or nothing but the result.</summary>
    public static (SrtpResult Result, byte[] Payload, ulong Index) Unprotect(
        this SrtpReceiver receiver, byte[] packet, ref SrtpReceiveState state, int headerLength = HeaderLength)
    {
        var payload = new byte[Math.Max(0, packet.Length - headerLength - receiver.RtpOverhead)];
        var result = receiver.UnprotectRtp(packet, headerLength, ref state, payload, out var length, out var index);
        return (result, payload[..length], index);
    }

    public static (SrtpResult Result, byte[] Packet) UnprotectRtcp(this SrtpReceiver receiver, byte[] packet)
    {
        var plain = new byte[Math.Max(0, packet.Length - receiver.RtcpOverhead)];
        var result = receiver.UnprotectRtcp(packet, plain, out var length);
        return (result, plain[..length]);
    }

    /// <summary>The plaintext of a packet that must be accepted.</summary>
    public static byte[] AcceptRtcp(this SrtpReceiver receiver, byte[] packet)
    {
        var (result, plain) = receiver.UnprotectRtcp(packet);
        Assert.Equal(SrtpResult.Ok, result);
        return plain;
    }
}
