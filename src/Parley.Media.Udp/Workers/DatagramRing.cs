// Datagrams on their way from one worker to another: one writes, one reads, nobody locks.
using System.Runtime.InteropServices;
using Parley.Media.Engine;

namespace Parley.Media.Udp.Workers;

/// <summary>Bounded; what does not fit is dropped and counted. It has no memory until something is written.</summary>
internal sealed class DatagramRing
{
    /// <summary>Datagrams that fit: four turns of the other worker.</summary>
    public const int Capacity = 256;

    private Indices _indices;
    private PathKey[] _keys = [];
    private int[] _lengths = [];
    private byte[] _bytes = [];

    /// <summary>True when there is nothing to read.</summary>
    public bool IsEmpty => Volatile.Read(ref _indices.Written) == Volatile.Read(ref _indices.Read);

    /// <summary>Adds a datagram. By the writing worker.</summary>
    /// <returns>False when there is no room, or it is longer than any that is taken.</returns>
    public bool TryWrite(in PathKey key, ReadOnlySpan<byte> datagram)
    {
        var written = _indices.Written;
        if (datagram.Length > MediaEngine.MaxDatagram || written - Volatile.Read(ref _indices.Read) == Capacity)
            return false;
        if (_bytes.Length == 0)
        {
            _keys = new PathKey[Capacity];
            _lengths = new int[Capacity];
            _bytes = GC.AllocateUninitializedArray<byte>(Capacity * MediaEngine.MaxDatagram);
        }

        var slot = (int)(written & Capacity - 1);
        _keys[slot] = key;
        _lengths[slot] = datagram.Length;
        datagram.CopyTo(_bytes.AsSpan(slot * MediaEngine.MaxDatagram));
        Volatile.Write(ref _indices.Written, written + 1);
        return true;
    }

    /// <summary>The oldest datagram, which stays until <see cref="Release"/>. By the reading worker.</summary>
    public bool TryPeek(out PathKey key, out ReadOnlySpan<byte> datagram)
    {
        var read = _indices.Read;
        if (Volatile.Read(ref _indices.Written) == read)
        {
            key = default;
            datagram = default;
            return false;
        }

        var slot = (int)(read & Capacity - 1);
        key = _keys[slot];
        datagram = _bytes.AsSpan(slot * MediaEngine.MaxDatagram, _lengths[slot]);
        return true;
    }

    /// <summary>The oldest datagram is done with.</summary>
    public void Release() => Volatile.Write(ref _indices.Read, _indices.Read + 1);

    // Far apart, so that the two workers do not take a cache line from each other.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Indices
    {
        [FieldOffset(128)]
        public long Written;

        [FieldOffset(256)]
        public long Read;
    }
}
