// Which connectivity checks have come, and from where: one that was captured and is sent again from elsewhere must not move a peer's media there.
using System.Buffers.Binary;
using Parley.Media.Engine;

namespace Parley.Media.Ice;

/// <summary>The last transactions of a peer. A check's own retransmissions come over the path of the first.</summary>
internal sealed class TransactionLog
{
    /// <summary>More than a peer sends while a capture of one could be of use: the peer's next check takes everything back.</summary>
    private const int Capacity = 64;

    private readonly (ulong High, uint Low, PathKey Path)[] _transactions = new (ulong, uint, PathKey)[Capacity];
    private int _next;

    /// <summary>Notes an authentic check. False when the same was here before, over another path.</summary>
    public bool TryNote(ReadOnlySpan<byte> transaction, in PathKey path)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(transaction);
        var low = BinaryPrimitives.ReadUInt32BigEndian(transaction[8..]);
        foreach (ref readonly var noted in _transactions.AsSpan())
        {
            if (noted.High == high && noted.Low == low && noted.Path.Remote.Port != 0)
                return noted.Path == path;
        }

        _transactions[_next++ & Capacity - 1] = (high, low, path);
        return true;
    }
}
