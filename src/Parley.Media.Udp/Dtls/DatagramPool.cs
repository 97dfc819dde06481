// Buffers in which datagrams wait for their thread. Their number is bounded, so a flood is dropped and never kept.
using System.Collections.Concurrent;

namespace Parley.Media.Udp.Dtls;

/// <summary>A bounded store of buffers, safe for every thread. They are made when first needed and kept from then on.</summary>
internal sealed class DatagramPool(int limit)
{
    /// <summary>Longer datagrams are not DTLS as WebRTC sends it: its flights are split to fit a path.</summary>
    public const int BufferLength = 2048;

    private readonly ConcurrentQueue<byte[]> _free = new();
    private int _made;

    /// <summary>Buffers that are in use.</summary>
    public int InUse => Volatile.Read(ref _made) - _free.Count;

    /// <summary>Takes a buffer; false when all are in use.</summary>
    public bool TryRent(out byte[] buffer)
    {
        if (_free.TryDequeue(out buffer!))
            return true;
        if (Interlocked.Increment(ref _made) <= limit)
        {
            buffer = new byte[BufferLength];
            return true;
        }

        Interlocked.Decrement(ref _made);
        return false;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer) => _free.Enqueue(buffer);
}
