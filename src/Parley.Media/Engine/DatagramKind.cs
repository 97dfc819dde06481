// What a datagram is, by its first byte: everything shares one port. RFC 7983 §7, RFC 9443 §3; RTCP within RTP by RFC 5761 §4.
namespace Parley.Media.Engine;

/// <summary>The protocols that share a port.</summary>
public enum DatagramKind : byte
{
    /// <summary>None that is spoken here.</summary>
    Unknown,

    /// <summary>STUN, and TURN's methods.</summary>
    Stun,

    /// <summary>DTLS.</summary>
    Dtls,

    /// <summary>TURN's ChannelData.</summary>
    TurnChannel,

    /// <summary>RTP.</summary>
    Rtp,

    /// <summary>RTCP.</summary>
    Rtcp,
}

/// <summary>Tells them apart.</summary>
public static class DatagramRouter
{
    /// <summary>The kind of a datagram; <see cref="DatagramKind.Unknown"/> for an empty one.</summary>
    public static DatagramKind Classify(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < 2)
            return DatagramKind.Unknown;
        return datagram[0] switch
        {
            < 4 => DatagramKind.Stun,
            >= 20 and < 64 => DatagramKind.Dtls,
            >= 64 and < 80 => DatagramKind.TurnChannel,
            >= 128 and < 192 => datagram[1] is >= 192 and < 224 ? DatagramKind.Rtcp : DatagramKind.Rtp,
            _ => DatagramKind.Unknown,
        };
    }
}
