// struct sockaddr_in and sockaddr_in6, to and from the engine's addresses.
using System.Buffers.Binary;
using Parley.Media.Engine;

namespace Parley.Media.Udp.Native;

internal static class SocketAddress
{
    /// <summary>Room for either.</summary>
    public const int MaxLength = 28;

    /// <summary>Writes an address for a socket of its own family.</summary>
    /// <returns>Its length: 16 or 28.</returns>
    public static int Write(TransportAddress address, Span<byte> bytes)
    {
        bytes[..MaxLength].Clear();
        BitConverter.TryWriteBytes(bytes, (ushort)(address.IsIPv4 ? Libc.AfInet : Libc.AfInet6));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], address.Port);
        address.WriteAddress(bytes[(address.IsIPv4 ? 4 : 8)..]);
        return address.IsIPv4 ? 16 : MaxLength;
    }

    /// <summary>Reads what the system wrote.</summary>
    public static TransportAddress Read(ReadOnlySpan<byte> bytes)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BitConverter.ToUInt16(bytes) == Libc.AfInet
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : TransportAddress.FromIPv6(bytes.Slice(8, 16), port);
    }
}
