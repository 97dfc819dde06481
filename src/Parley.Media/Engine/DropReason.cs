// Why a datagram went nowhere: each is counted, none is an error of ours.
namespace Parley.Media.Engine;

/// <summary>Reasons for dropping what arrived, or what should have left.</summary>
public enum DropReason
{
    /// <summary>Of no protocol that is spoken here, or not well-formed.</summary>
    Malformed,

    /// <summary>From an address that no connectivity check has authenticated.</summary>
    UnknownAddress,

    /// <summary>A connectivity check for nobody here.</summary>
    UnknownUser,

    /// <summary>A connectivity check or a packet whose authentication fails.</summary>
    NotAuthentic,

    /// <summary>A packet that came before, or is too old to tell.</summary>
    Replayed,

    /// <summary>A retransmission of what is here already, or not missed yet: senders repeat packets to find out what the network carries.</summary>
    Redundant,

    /// <summary>Media before the keys.</summary>
    NoKeys,

    /// <summary>A stream that belongs to no track.</summary>
    UnknownStream,

    /// <summary>A payload type that was not negotiated.</summary>
    UnknownPayload,

    /// <summary>A limit was met: streams, paths, packets held.</summary>
    Limit,

    /// <summary>No path to send on.</summary>
    NoPath,

    /// <summary>Longer than <see cref="MediaEngine.MaxDatagram"/>, as it came or with what a subscriber is sent along.</summary>
    TooLong,
}

/// <summary>Counts of what was dropped. Read from any thread; written by the engine's own.</summary>
public sealed class DropCounters
{
    private readonly long[] _counts = new long[(int)DropReason.TooLong + 1];

    /// <summary>How many were dropped for this reason.</summary>
    public long this[DropReason reason] => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>All of them.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            for (var i = 0; i < _counts.Length; i++)
                total += Volatile.Read(ref _counts[i]);
            return total;
        }
    }

    internal void Count(DropReason reason) => _counts[(int)reason]++;
}
