// Datagrams on a TCP connection: each behind its length in 16 bits. RFC 4571 §2.
using System.Buffers.Binary;

namespace Parley.Media.Udp.Tcp;

internal static class Framing
{
    /// <summary>The length in front of every frame.</summary>
    public const int PrefixBytes = sizeof(ushort);

    public static void WritePrefix(Span<byte> prefix, int length) => BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)length);

    /// <summary>The length that the prefix tells.</summary>
    public static int ReadPrefix(ReadOnlySpan<byte> prefix) => BinaryPrimitives.ReadUInt16BigEndian(prefix);
}
