// Which connectivity checks have come: one that was captured and is sent again must move nothing, open nothing, and keep nobody alive.
using System.Buffers.Binary;

namespace Parley.Media.Ice;

/// <summary>The transactions of a peer, by a digest of their 96 random bits; it grows with them.</summary>
internal sealed class TransactionLog
{
    /// <summary>
    /// 32 KiB for a peer that stays for long: five hours of a browser's checks, every 2.5 s. A check that was captured before that and is sent again then is worth as much as a path that is
    /// heard once: seconds (<see cref="Engine.MediaPeer"/>). A restart of ICE ends it too.
    /// </summary>
    internal const int MaxTransactions = 8192;

    private const int FirstTransactions = 32;

    private uint[] _digests = [];
    private int _count;
    private int _next;

    /// <summary>Notes an authentic check.</summary>
    /// <returns>False when it was here before: the peer repeats it, or somebody else does.</returns>
    public bool TryNote(ReadOnlySpan<byte> transaction)
    {
        var digest = Digest(transaction);
        if (_digests.AsSpan(0, _count).Contains(digest))
            return false;
        if (_count == _digests.Length && _count < MaxTransactions)
            Array.Resize(ref _digests, Math.Max(FirstTransactions, _count * 2));
        _digests[_next] = digest;
        _count = Math.Max(_count, ++_next);
        _next %= MaxTransactions;
        return true;
    }

    // Two of a peer's checks share a digest once in a million: the later one goes unheeded, and the next is another.
    private static uint Digest(ReadOnlySpan<byte> transaction)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(transaction);
        var low = BinaryPrimitives.ReadUInt32BigEndian(transaction[8..]);
        return (uint)((high * 0x9E37_79B9_7F4A_7C15 + low * 0xC2B2_AE3D_27D4_EB4F) >> 32);
    }
}
