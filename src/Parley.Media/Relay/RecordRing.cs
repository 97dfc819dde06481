// Records on their way from one thread to another: one writes, one reads, nobody locks or waits.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Media.Relay;

/// <summary>Bounded; what does not fit is refused. A record is in one piece, written where it is read from. It has no memory until something is written.</summary>
public sealed class RecordRing
{
    private const int PrefixBytes = 8;
    private const int ToTheEnd = -1;

    private readonly int _capacity;
    private Indices _indices;
    private byte[] _bytes = [];
    private long _reservedAt;

    /// <summary>Makes a ring.</summary>
    /// <param name="capacity">Bytes; a power of two, at least 64. Each record takes eight more than its length, rounded up to eight.</param>
    /// <exception cref="ArgumentException">The capacity is another.</exception>
    public RecordRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 64);
        if (!System.Numerics.BitOperations.IsPow2(capacity))
            throw new ArgumentException("The capacity is a power of two.", nameof(capacity));
        _capacity = capacity;
    }

    /// <summary>True when there is nothing to read.</summary>
    public bool IsEmpty => Volatile.Read(ref _indices.Written) == Volatile.Read(ref _indices.Read);

    /// <summary>True when at least half of it is free. By the writing thread.</summary>
    public bool IsHalfFree => _indices.Written - Volatile.Read(ref _indices.Read) <= _capacity / 2;

    /// <summary>Room for a record, in one piece. A further reservation takes the place of one that was not committed. By the writing thread.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryReserve(int length, out Span<byte> room)
    {
        room = default;
        var written = _indices.Written;
        var left = _capacity - (int)(written & _capacity - 1);
        var needed = Bytes(length);
        _reservedAt = needed <= left ? written : written + left;
        if (_reservedAt + needed - Volatile.Read(ref _indices.Read) > _capacity)
            return false;
        if (_bytes.Length == 0)
            _bytes = GC.AllocateUninitializedArray<byte>(_capacity);
        room = _bytes.AsSpan(Offset(_reservedAt) + PrefixBytes, length);
        return true;
    }

    /// <summary>The record is the first bytes of the reservation. By the writing thread.</summary>
    public void Commit(int length)
    {
        if (_reservedAt != _indices.Written)
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Offset(_indices.Written)), ToTheEnd);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Offset(_reservedAt)), length);
        Volatile.Write(ref _indices.Written, _reservedAt + Bytes(length));
    }

    /// <summary>The oldest record, which stays until <see cref="Release"/>. By the reading thread.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> record)
    {
        record = default;
        var read = _indices.Read;
        if (Volatile.Read(ref _indices.Written) == read)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(Offset(read)));
        if (length == ToTheEnd)
        {
            // Nothing is ever written but a whole record after it.
            read += _capacity - Offset(read);
            Volatile.Write(ref _indices.Read, read);
            length = BinaryPrimitives.ReadInt32LittleEndian(_bytes);
        }

        record = _bytes.AsSpan(Offset(read) + PrefixBytes, length);
        return true;
    }

    /// <summary>The oldest record is done with. By the reading thread, after <see cref="TryPeek"/> has shown it.</summary>
    public void Release()
    {
        var read = _indices.Read;
        Volatile.Write(ref _indices.Read, read + Bytes(BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(Offset(read)))));
    }

    private static int Bytes(int length) => PrefixBytes + (length + 7 & ~7);

    private int Offset(long position) => (int)(position & _capacity - 1);

    // Far apart, so that the two threads do not take a cache line from each other.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Indices
    {
        [FieldOffset(128)]
        public long Written;

        [FieldOffset(256)]
        public long Read;
    }
}
