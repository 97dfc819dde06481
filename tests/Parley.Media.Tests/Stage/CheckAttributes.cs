// What a client writes into its connectivity checks, and a lite agent never does. RFC 8445 §7.1.
using System.Buffers.Binary;
using Parley.Media.Stun;

namespace Parley.Media.Tests.Stage;

internal static class CheckAttributes
{
    public static void Username(this ref StunWriter writer, ReadOnlySpan<byte> username) => username.CopyTo(writer.Append(StunConstants.Username, username.Length));

    public static void Number(this ref StunWriter writer, ushort type, uint number) => BinaryPrimitives.WriteUInt32BigEndian(writer.Append(type, 4), number);

    public static void Number(this ref StunWriter writer, ushort type, ulong number) => BinaryPrimitives.WriteUInt64BigEndian(writer.Append(type, 8), number);

    public static void Flag(this ref StunWriter writer, ushort type) => writer.Append(type, 0);
}
