// Ids and secrets from a seed, so that a run can be repeated.
using System.Buffers.Binary;

namespace Parley.Rooms.Tests;

internal sealed class SeededEntropy(int seed) : IRoomEntropy
{
    private readonly Random _random = new(seed);
    private int _count;

    public Guid NewId(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteInt32BigEndian(bytes[6..], ++_count);
        return new Guid(bytes, bigEndian: true);
    }

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
}
