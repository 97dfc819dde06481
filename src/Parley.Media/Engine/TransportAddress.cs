// An IP address and port as a value: compared and hashed on every datagram, so without objects.
using System.Buffers.Binary;
using System.Net;

namespace Parley.Media.Engine;

/// <summary>An IPv4 or IPv6 address with a port. IPv4 is held as an IPv4-mapped IPv6 address.</summary>
public readonly record struct TransportAddress
{
    private const ulong MappedPrefix = 0x0000_FFFF;

    private readonly ulong _high;
    private readonly ulong _low;

    private TransportAddress(ulong high, ulong low, ushort port)
    {
        _high = high;
        _low = low;
        Port = port;
    }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == MappedPrefix;

    /// <summary>True for 169.254/16 and fe80::/10, which mean nothing beyond one link.</summary>
    public bool IsLinkLocal => IsIPv4 ? (uint)_low >> 16 == 0xA9FE : _high >> 54 == 0x3FA;

    /// <summary>An IPv4 address from its number in host order.</summary>
    public static TransportAddress FromIPv4(uint address, ushort port) => new(0, MappedPrefix << 32 | address, port);

    /// <summary>An IPv6 address, or an IPv4-mapped one, from its 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 16 bytes.</exception>
    public static TransportAddress FromIPv6(ReadOnlySpan<byte> address, ushort port) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port);

    /// <summary>From the framework's address; a scope id is left out.</summary>
    public static TransportAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)port) : FromIPv6(bytes, (ushort)port);
    }

    /// <summary>The same address with another port.</summary>
    public TransportAddress WithPort(ushort port) => new(_high, _low, port);

    /// <summary>The address as 4 or 16 bytes, in network order.</summary>
    /// <returns>The number of bytes written: 4 or 16.</returns>
    public int WriteAddress(Span<byte> bytes)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_low);
            return 4;
        }

        WriteIPv6(bytes);
        return 16;
    }

    /// <summary>The address as 16 bytes, an IPv4 address as a mapped one.</summary>
    public void WriteIPv6(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
    }

    /// <summary>As the framework's address.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..WriteAddress(bytes)]);
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var mixed = (_low ^ _high * 0x9E37_79B9_7F4A_7C15 ^ Port) * 0x9E37_79B9_7F4A_7C15;
        return (int)(mixed >> 32);
    }

    /// <summary><c>192.0.2.1:7882</c> or <c>[2001:db8::1]:7882</c>.</summary>
    public override string ToString() => IsIPv4 ? $"{ToIPAddress()}:{Port}" : $"[{ToIPAddress()}]:{Port}";
}
