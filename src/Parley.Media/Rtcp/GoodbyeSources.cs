// That an SSRC has gone. RFC 3550 §6.6.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>Walks over the sources that have gone.</summary>
internal ref struct GoodbyeSources
{
    private ReadOnlySpan<byte> _rest;

    private GoodbyeSources(ReadOnlySpan<byte> sources)
    {
        _rest = sources;
        Current = 0;
    }

    public uint Current { get; private set; }

    /// <summary>The sources of a packet; none when it is no BYE.</summary>
    public static GoodbyeSources In(RtcpPacket packet) => packet.Type == RtcpType.Goodbye
        ? new GoodbyeSources(packet.Body[..Math.Min(packet.Body.Length, packet.Count * 4)])
        : default;

    public readonly GoodbyeSources GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < 4)
            return false;
        Current = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        return true;
    }
}
